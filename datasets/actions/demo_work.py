"""The demo annotators at work: they lease, answer and ask by the same actions as everybody.

What they say stands in `datasets/demo/messages.jsonl`; when, and how fast, is drawn here with a
fixed seed. Times lie in the past, so that there is something to see over weeks.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from accounts.models import User
from annotations.actions.lease_items import MOST_HELD, lease_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.answers import ANSWER, Answer
from annotations.queries.serving import Serving
from core.digest import digest
from core.errors import Conflict
from projects.models import Project

QUESTION = "intent"
TOOL = "demo"
# Median seconds per answer, and the share of repeated items that are answered as before.
PACE = {"Minji": 11.0, "David": 8.5, "Soyeon": 7.0, "Tom": 9.0, "Jihoon": 6.0}
STEADY = {"Minji": 0.97, "David": 0.92, "Soyeon": 0.9, "Tom": 0.8, "Jihoon": 0.2}
# Jihoon hurries through these answers of his.
HURRIED, HURRIED_SECONDS = range(14, 26), 1.6
BREAK_SECONDS = 4.0
# Answers of one sitting.
SITTING = 12


@dataclass
class Annotator:
    """One person of the demo, with a memory of what they have said."""

    name: str
    user: User
    said: dict[str, str] = field(default_factory=dict)
    count: int = 0
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        """The same person is the same in every demo."""
        self.random = Random(self.name)  # noqa: S311

    def seconds(self) -> float:
        """Time for one answer: some take much longer than most."""
        if self.name == "Jihoon" and self.count in HURRIED:
            return HURRIED_SECONDS + self.random.random()
        return PACE[self.name] * self.random.lognormvariate(0.0, 0.35)


@dataclass(frozen=True)
class Script:
    """What everybody says, by external id of the item; `now` is right under the second version."""

    said: dict[str, dict[str, str]]
    now: dict[str, str]

    def answer(self, annotator: Annotator, serving: Serving) -> str:
        """What this person says to this item: for the first time, or once more."""
        item, person = serving.external_id, annotator.name
        known = annotator.said.get(item)
        if known is None:
            planned = self.said.get(item, {}).get(person)
            # A gold item from before this person's time.
            return planned or self._once_more(annotator, item, self.now[item])
        return self._once_more(annotator, item, self.now[item] if serving.round else known)

    def _once_more(self, annotator: Annotator, item: str, wanted: str) -> str:
        if annotator.random.random() < STEADY[annotator.name]:
            return wanted
        others = sorted({*self.said[item].values(), "complaint", "product"} - {wanted})
        return annotator.random.choice(others)


def let_annotate(
    *,
    project: Project,
    annotator: Annotator,
    script: Script,
    at: datetime,
    days: int,
    most: int | None = None,
) -> int:
    """All that this person gets from now on, in sittings spread over `days`; how much it was.

    With `most` the person stops earlier, and holds nothing.
    """
    done, left = 0, MOST_HELD if most is None else most
    while left and (servings := _leased(project, annotator, left)):
        for serving in servings:
            sitting, place = divmod(done, SITTING)
            began = at + timedelta(days=sitting * max(1, days // 4), minutes=17 * sitting)
            moment = began + timedelta(seconds=place * (PACE[annotator.name] + BREAK_SECONDS))
            _answer(project, annotator, script, serving, moment)
            done += 1
        left = MOST_HELD if most is None else most - done
    return done


def _leased(project: Project, annotator: Annotator, count: int) -> list[Serving]:
    return lease_items(project=project, by=annotator.user, count=min(count, MOST_HELD))


def _answer(
    project: Project, annotator: Annotator, script: Script, serving: Serving, at: datetime
) -> None:
    choice, seconds = script.answer(annotator, serving), annotator.seconds()
    values: dict[str, Any] = {QUESTION: choice}
    body: dict[str, Any] = {"values": values, "assignment": serving.assignment}
    answer = Answer(
        id=uuid4(),
        kind=ANSWER,
        body_hash=digest(body),
        assignment=serving.assignment,
        values=values,
        started_at=at,
        active_ms=round(1000 * seconds),
        tool=TOOL,
    )
    moment = at + timedelta(seconds=seconds)
    outcomes = submit_annotations(project=project, by=annotator.user, answers=[answer], now=moment)
    if not outcomes[0].is_stored:
        raise Conflict(outcomes[0].message, code="demo_answer_refused")
    annotator.said[serving.external_id] = choice
    annotator.count += 1


def script_of(messages: list[dict[str, Any]]) -> Script:
    """What `messages.jsonl` says about answers."""
    answered = [message for message in messages if "said" in message]
    return Script(
        said={message["id"]: message["said"] for message in answered},
        now={message["id"]: message["now"] for message in answered},
    )


def names_of(messages: list[dict[str, Any]], version: int) -> list[str]:
    """Who answers messages of this version."""
    said = [each["said"] for each in messages if each.get("version") == version]
    return sorted({name for names in said for name in names})
