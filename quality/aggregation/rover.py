"""Transcripts by ROVER: words aligned, then voted on one by one."""

from collections import Counter

from quality.aggregation.base import ItemAggregator
from quality.agreement.text import MOST_TOKENS, word_distance
from quality.agreement.values import Value

# No word here.
_GAP = ""


class Rover(ItemAggregator):
    """Recognizer output voting error reduction (Fiscus, ASRU 1997) with equal votes.

    The transcript nearest to all others is the backbone; the others are aligned to it, the nearer
    first, by least word edits. Each slot takes its most frequent word; even votes go to the
    backbone. Two transcripts that differ are undecided: there is nobody to tip the scales.
    `confidences_`: mean share of the chosen words' votes, also for choosing none at a place.
    `posteriors_`: share of the votes for each word, by its place in the text.
    """

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        texts = sorted(" ".join(answer["text"].split()) for answer in answers)
        text, shares = rover(texts)
        votes = [share for word, share in shares if word != _GAP]
        posterior = {str(place): share for place, share in enumerate(votes, start=1)}
        mean = sum(share for _word, share in shares) / len(shares) if shares else 1.0
        if not text or (len(texts) == 2 and texts[0] != texts[1]):
            return None, mean, posterior
        return {"kind": "text", "text": text}, mean, posterior


def rover(texts: list[str]) -> tuple[str, list[tuple[str, float]]]:
    """The voted transcript of one or more texts, and the share of the votes for each of its words,
    and for the gaps between them (""), in order."""
    words = [text.split()[:MOST_TOKENS] for text in _nearest_first(texts)]
    network = [Counter({word: 1}) for word in words[0]]
    backbone = list(words[0])
    for votes, more in enumerate(words[1:], start=1):
        network, backbone = _merge(network, backbone, more, votes)
    chosen = []
    for slot, own in zip(network, backbone, strict=True):
        most = max(slot.values())
        best = [word for word, n in slot.items() if n == most]
        word = own if own in best else min(best)
        chosen.append((word, most / len(texts)))
    return " ".join(word for word, _share in chosen if word != _GAP), chosen


def _nearest_first(texts: list[str]) -> list[str]:
    """The backbone, then the others by their distance to it."""
    sums = {text: sum(word_distance(text, other) for other in texts) for text in sorted(set(texts))}
    backbone = min(sums, key=lambda text: (round(sums[text], 9), text))
    rest = sorted(texts, key=lambda text: (round(word_distance(backbone, text), 9), text))
    rest.remove(backbone)
    return [backbone, *rest]


def _merge(
    network: list[Counter[str]], backbone: list[str], words: list[str], votes: int
) -> tuple[list[Counter[str]], list[str]]:
    """Align words to the network of `votes` transcripts; slots may be added."""
    merged: list[Counter[str]] = []
    own: list[str] = []
    for at, word in _alignment(network, words):
        if at is None:
            merged.append(Counter({_GAP: votes, word: 1}))
            own.append(_GAP)
        else:
            merged.append(network[at] + Counter({word: 1}))
            own.append(backbone[at])
    return merged, own


def _alignment(network: list[Counter[str]], words: list[str]) -> list[tuple[int | None, str]]:
    """(slot or None for a new one, word or gap) in order, by least edits: a word that a slot holds
    costs nothing, as does leaving out a slot that may be a gap."""
    rows, columns = len(network), len(words)
    skip = [0.0 if _GAP in slot else 1.0 for slot in network]
    cost = [[float(column) for column in range(columns + 1)]]
    for row in range(rows):
        line = [cost[-1][0] + skip[row]]
        for column, word in enumerate(words):
            change = 0.0 if word in network[row] else 1.0
            same = cost[row][column] + change
            line.append(min(same, cost[row][column + 1] + skip[row], line[column] + 1.0))
        cost.append(line)
    path: list[tuple[int | None, str]] = []
    row, column = rows, columns
    while row or column:
        here = cost[row][column]
        if row and column:
            change = 0.0 if words[column - 1] in network[row - 1] else 1.0
            if here == cost[row - 1][column - 1] + change:
                row, column = row - 1, column - 1
                path.append((row, words[column]))
                continue
        if row and here == cost[row - 1][column] + skip[row - 1]:
            row -= 1
            path.append((row, _GAP))
        else:
            column -= 1
            path.append((None, words[column]))
    return path[::-1]
