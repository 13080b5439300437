"""The scale of a live slice: which answers there are, in the order of the full runs."""

from collections.abc import Sequence

import numpy as np

from annotations.values.pairwise import verdicts
from guidelines.models import GuidelineVersion, Question, VersionState
from guidelines.queries import served_schema
from quality.queries.labels import scale_for
from quality.queries.live.codes import code_of
from quality.queries.live.counts import LiveCounts, LiveSlice


def live_slice(
    question: Question, counts: LiveCounts, kinds: Sequence[str], version: GuidelineVersion | None
) -> LiveSlice:
    """What raters of these kinds say now, or said under a version; raises TooManyCells.

    Choices are on the scale of the question, in all versions or in this one. Of ratings and pairs
    the scale is what was said, as in full runs: numbers ascend, and winners do by their keys.
    """
    version_id = version.pk if version is not None else None
    scale = scale_for(question, version) if question.kind == "choice" else None
    part = counts.slice(kinds=kinds, version_id=version_id, choices=scale)
    if question.kind != "pairwise":
        return part
    keys = winners(question)
    order = sorted(part.choices.tolist(), key=lambda code: (keys.get(code, ""), code))
    return part.in_order(np.array(order, np.int64))


def winners(question: Question) -> dict[int, str]:
    """What could ever be said of a pair, by its code."""
    found: dict[int, str] = {}
    versions = GuidelineVersion.objects.filter(guideline=question.guideline_id)
    for pk in versions.filter(state=VersionState.PUBLISHED).values_list("pk", flat=True):
        asked = served_schema(pk).schema.question(question.key)
        if asked is not None and asked.kind == question.kind:
            found |= {code_of(question.kind, said): said for said in verdicts(asked)}
    return found
