"""Words and signs of an item's texts, on which methods for spans decide."""

import itertools
import re
from collections.abc import Mapping

from quality.agreement.values import Value

# Part, first character, end.
Token = tuple[str, int, int]

_TOKEN = re.compile(r"\w+|[^\w\s]")
# Labels of tokens held at once.
MOST_TOKEN_LABELS = 20_000_000


def tokens_of(answers: list[Value], texts: Mapping[str, str]) -> list[Token]:
    """Tokens of every part: words and single signs of its text; of a part without a text, the
    stretches between the borders that anybody set."""
    borders: dict[str, set[int]] = {part: set() for part in texts}
    for answer in answers:
        for span in answer["spans"]:
            borders.setdefault(span["part"], set()).update((span["start"], span["end"]))
    found: list[Token] = []
    for part, places in sorted(borders.items()):
        if part in texts:
            found += [(part, *each.span()) for each in _TOKEN.finditer(texts[part])]
        else:
            ordered = sorted(places)
            found += [(part, start, end) for start, end in itertools.pairwise(ordered)]
    return found


def check_size(n_labels: int) -> None:
    """Raise ValueError for more labels of tokens than can be held at once."""
    if n_labels > MOST_TOKEN_LABELS:
        raise ValueError(f"{n_labels} labels of tokens are more than {MOST_TOKEN_LABELS}.")
