"""From what a foreign file says to answers to the questions of a guideline. PURE.

An answer goes to the question that the mapping's `targets` names for its control (“label”, or
“label:boxes” where one control gives several kinds) or for its kind, else to the question that is
called like its control, else to the first question of its kinds.
A target of "" leaves it out. A label is a key by the mapping's `values`, else as it is written,
else by the name of a choice in any language, whatever its case (NFKC).
"""

import unicodedata
from typing import Any

from datasets.formats.base import RowProblem
from datasets.formats.foreign.found import MARK_KINDS, Found, Marked, row_fault
from datasets.formats.mapping import Mapping
from guidelines.label_schema import LabelSchema, QuestionSpec


class Targets:
    """Which question takes what; remembers what it has looked up."""

    def __init__(self, mapping: Mapping, schema: LabelSchema) -> None:
        self._mapping = mapping
        self._schema = schema
        self._keys: dict[tuple[str, str], str] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._questions: dict[tuple[str, tuple[str, ...]], QuestionSpec | None] = {}

    def question(self, found: Found) -> QuestionSpec | None:
        """The question that takes it, None where there is none."""
        known = (found.name, found.kinds)
        if known not in self._questions:
            self._questions[known] = self._find(found)
        return self._questions[known]

    def is_left_out(self, found: Found) -> bool:
        """The mapping says that it is not wanted."""
        return self._target(found) == ""

    def key(self, question: QuestionSpec, label: str) -> str:
        """The key of the choice; the label itself where there is none, so that it is named."""
        if (question.key, label) not in self._keys:
            if len(self._keys) > 10_000:
                self._keys.clear()
            self._keys[question.key, label] = self._look_up(question, label)
        return self._keys[question.key, label]

    def annotation(self, line: int, place: str, marked: Marked) -> dict[str, Any] | None:
        """The annotation as our JSONL has it; None where nothing of it is wanted."""
        entry: dict[str, Any] = {
            "annotator": marked.annotator or self._mapping.annotator,
            "labeled_at": marked.labeled_at,
        }
        if marked.comment:
            entry["comment"] = marked.comment
        if marked.skip:
            return {**entry, "skip": marked.skip[:60]}
        answers = self._answers(line, place, marked)
        return {**entry, "answers": answers} if answers else None

    def _answers(self, line: int, place: str, marked: Marked) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        if marked.nothing:
            return {each.key: [] for each in self._schema.questions if each.kind in MARK_KINDS}
        missing: list[Found] = []
        for found in marked.found:
            if self.is_left_out(found):
                continue
            question = self.question(found)
            if question is None:
                missing.append(found)
                continue
            raw = self._raw(line, place, found, question)
            before = answers.get(question.key)
            if before is not None and isinstance(raw, list) and question.kind in MARK_KINDS:
                raw = [*before, *raw]
            elif before is not None:
                raise self._taken_twice(line, place, found, question)
            answers[question.key] = raw
        needed = [each for each in missing if not each.optional]
        if needed or (missing and not answers):
            raise self._no_question(line, place, (needed or missing)[0])
        return answers

    def _target(self, found: Found) -> str | None:
        targets = self._mapping.targets
        with_kind = [f"{found.name}:{kind}" for kind in found.kinds]
        names = (*with_kind, found.name, *found.kinds)
        return next((targets[name] for name in names if name in targets), None)

    def _find(self, found: Found) -> QuestionSpec | None:
        target = self._target(found)
        if target is not None:
            chosen = self._schema.question(target)
            return chosen if chosen and chosen.kind in found.kinds else None
        same = self._schema.question(found.name)
        if same and same.kind in found.kinds:
            return same
        for kind in found.kinds:
            for question in self._schema.questions:
                if question.kind == kind:
                    return question
        return None

    def _look_up(self, question: QuestionSpec, label: str) -> str:
        mapped = self._mapping.values.get(question.key, {}).get(label)
        if mapped is not None:
            return mapped
        if question.choice(label):
            return label
        if question.key not in self._names:
            self._names[question.key] = {
                _plain(name): choice.key
                for choice in reversed(question.choices)
                for name in (choice.key, *choice.names.values())
            }
        return self._names[question.key].get(_plain(label), label)

    def _raw(self, line: int, place: str, found: Found, question: QuestionSpec) -> Any:
        raw = found.raw
        if question.kind == "choices":
            return [self.key(question, str(each)) for each in _listed(raw)]
        if question.kind in ("choice", "text") and isinstance(raw, list):
            if len(raw) != 1:
                raise self._not_one(line, place, found, question)
            return self.key(question, str(raw[0])) if question.kind == "choice" else str(raw[0])
        if question.kind == "relations":
            return [self._relation(each, question) for each in raw]
        if question.kind in MARK_KINDS:
            return [self._mark(each, question) for each in raw]
        if question.kind == "ranking":
            wanted = question.option("parts")
            return [str(each) if wanted else self.key(question, str(each)) for each in raw]
        return _verdict(raw, question) if question.kind == "pairwise" else raw

    def _mark(self, mark: dict[str, Any], question: QuestionSpec) -> dict[str, Any]:
        """The mark with the key of its choice; texts of stretches only where they are asked for."""
        made = {name: value for name, value in mark.items() if name != "label"}
        if question.kind == "segments" and not made.get("text"):
            made.pop("text", None)
        label = mark.get("label") or ""
        return {**made, "choice": self.key(question, label) if label else ""}

    def _relation(self, raw: dict[str, Any], question: QuestionSpec) -> dict[str, Any]:
        spans = self._schema.question(question.option("spans") or "")
        ends = {
            side: {
                name: value
                for name, value in self._mark(raw[side], spans or question).items()
                if name in ("part", "start", "end", "choice")
            }
            for side in ("from", "to")
        }
        return {"choice": self.key(question, raw["label"]), **ends}

    def _no_question(self, line: int, place: str, found: Found) -> RowProblem:
        if not found.kinds:
            return row_fault(
                line,
                f"{place}.{found.name}",
                "unsupported_result",
                "“%(name)s” holds what no question can take here: %(what)s. Choose “Leave it out” "
                "for it, or by REST map it to “” in “targets”.",
                name=found.name,
                what=str(found.raw)[:100],
            )
        return row_fault(
            line,
            f"{place}.{found.name}",
            "no_question_for",
            "“%(name)s” needs a question of the kind %(kinds)s, which the guideline does not have. "
            "Add one, or choose “Leave it out” for it, or by REST map it to “” in “targets”.",
            name=found.name,
            kinds=" / ".join(found.kinds),
        )

    def _taken_twice(
        self, line: int, place: str, found: Found, question: QuestionSpec
    ) -> RowProblem:
        return row_fault(
            line,
            f"{place}.{found.name}",
            "answered_twice",
            "“%(name)s” is a second answer to “%(question)s”. Say in “targets” which question each "
            "of them answers.",
            name=found.name,
            question=question.key,
        )

    def _not_one(self, line: int, place: str, found: Found, question: QuestionSpec) -> RowProblem:
        return row_fault(
            line,
            f"{place}.{found.name}",
            "not_one_answer",
            "“%(name)s” has %(count)d answers, but “%(question)s” takes exactly one.",
            name=found.name,
            count=len(found.raw),
            question=question.key,
        )


def labels_of(found: Found) -> list[str]:
    """The names of classes that an answer uses, as the file writes them."""
    if not isinstance(found.raw, list):
        return []
    return [
        str(each.get("label") or "") if isinstance(each, dict) else str(each) for each in found.raw
    ]


def _listed(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _verdict(raw: dict[str, Any], question: QuestionSpec) -> dict[str, Any]:
    """left and right are the two sides in the order of the file, or of the question."""
    sides = question.option("sides")
    given = raw.get("sides")
    named = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    ordered = named if sorted(named) == sorted(sides) else sides
    selected = raw.get("selected")
    winner = {"left": ordered[0], "right": ordered[1]}.get(str(selected), selected)
    left = raw["left"] if isinstance(raw.get("left"), str) else ordered[0]
    return {"winner": winner, "left": left}
