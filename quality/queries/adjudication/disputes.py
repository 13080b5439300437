"""Items on which annotators disagree, and who said what - blind while one's own answer is open."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotations.models import AnnotationKind, Assignment, AssignmentState, Label
from annotations.parts import text_of
from annotations.queries.blindness import blind_to
from annotations.queries.names import names_for
from core.pages import Page, keyset_page
from projects.models import Membership
from quality.models import Adjudication, AgreementRun, DisputedItem
from quality.models.run import Run
from quality.queries.answers import Answer, answer
from quality.queries.charts.intervals import percent
from quality.queries.naming import ChoiceName, QuestionNames, person_or_name

PAGE_SIZE = 20


@dataclass(frozen=True)
class Share:
    """One class among the labels of an item."""

    choice: ChoiceName
    n: int
    percent: float


@dataclass(frozen=True)
class Vote:
    """What one source says now, under which version. `source`: as the viewer may call it."""

    source: str
    answer: Answer
    version: int


@dataclass(frozen=True)
class Dispute:
    """A disputed item; without answers when `blind`: the viewer may still be asked about it.

    `decided`: what a person has decided since, in a few words; empty where nobody has.
    """

    row: DisputedItem
    text: str
    blind: bool
    shares: list[Share]
    votes: list[Vote]
    decided: str = ""

    @property
    def said(self) -> list[tuple[Answer, int]]:
        """The different answers in a few words, most frequent first, with how many gave them."""
        counts = Counter(vote.answer.text for vote in self.votes)
        first = {vote.answer.text: vote.answer for vote in reversed(self.votes)}
        ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return [(first[text], n) for text, n in ranked]


def blind_items(viewer: Membership, item_ids: Iterable[int]) -> set[int]:
    """Those of the items whose answers the viewer must not see yet."""
    # No other slot can make anybody blind, and of thousands of items most have only done ones.
    slots = Assignment.objects.filter(
        Q(state__in=(AssignmentState.OPEN, AssignmentState.RESERVED))
        | Q(state=AssignmentState.LEASED, annotator=viewer.user_id),
        item__in=set(item_ids),
    )
    return set(slots.filter(blind_to(viewer)).values_list("item_id", flat=True))


def disputed_items(
    run: AgreementRun,
    *,
    viewer: Membership,
    between: tuple[ChoiceName, ChoiceName] | None = None,
    sources: tuple[int, int] | None = None,
) -> QuerySet[DisputedItem]:
    """The disputed items of a run; those with labels of both classes, or on which two sources
    differ now. To be found by its classes would give an answer away: such lists leave out what the
    viewer must not see yet."""
    rows = DisputedItem.objects.filter(run=run).select_related("item")
    if between is not None or sources is not None:
        rows = rows.filter(~blind_to(viewer))
    if between is not None:
        rows = rows.filter(counts__has_keys=[choice.key for choice in between])
    if sources is not None:
        said = _current_labels(run).filter(item=OuterRef("item"))
        # What stood on the left of a pair is no part of the answer.
        what = {"choice": "choice", "pairwise": "value__winner"}.get(run.question.kind, "value")
        rows = rows.annotate(
            said_first=Subquery(said.filter(annotation__source=sources[0]).values(what)[:1]),
            said_second=Subquery(said.filter(annotation__source=sources[1]).values(what)[:1]),
        ).filter(
            Q(said_first__isnull=False, said_second__isnull=False) & ~Q(said_first=F("said_second"))
        )
    return rows


def dispute_page(
    rows: QuerySet[DisputedItem],
    *,
    run: AgreementRun,
    names: QuestionNames,
    viewer: Membership,
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> tuple[Page[DisputedItem], list[Dispute]]:
    """A page, most disputed first, with the answers behind each item."""
    page = keyset_page(rows, after=after, size=size)
    ids = [row.item_id for row in page.rows]
    blind = blind_items(viewer, ids)
    seen = [row for row in page.rows if row.item_id not in blind]
    votes, decided = _votes(run, seen, names, viewer), _decided(run, seen, names)
    return page, [
        Dispute(
            row=row,
            text=text_of(row.item.payload),
            blind=row.item_id in blind,
            shares=[] if row.item_id in blind else shares(row.counts, names),
            votes=votes.get(row.item_id, []),
            decided=decided.get(row.item_id, ""),
        )
        for row in page.rows
    ]


def shares(counts: dict[str, int], names: QuestionNames) -> list[Share]:
    """Label counts of an item, most frequent first."""
    total = sum(counts.values())
    known = names.by_key
    return [
        Share(known[key], n, percent(n, total))
        for key, n in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        if key in known
    ]


def _current_labels(run: Run) -> QuerySet[Label]:
    """The labels the run would count now, of any item: current ones by rater, or what people said
    last under the run's version."""
    kinds = Q(annotation__source__kind__in=run.source_kinds)
    labels = Label.objects.filter(question=run.question_id, annotation__kind=AnnotationKind.ANSWER)
    if run.version_id is None:
        carried = Q(annotation__source__on_behalf_of__kind__in=run.source_kinds)
        return labels.filter(kinds | carried, annotation__successor__isnull=True)
    last = Q(annotation__successor__isnull=True) | ~Q(annotation__successor__version=run.version_id)
    return labels.filter(kinds, last, annotation__version=run.version_id)


def _votes(
    run: Run, disputed: list[DisputedItem], names: QuestionNames, viewer: Membership
) -> dict[int, list[Vote]]:
    votes: dict[int, list[Vote]] = {}
    payloads = {row.item_id: row.item.payload for row in disputed}
    rows = (
        _current_labels(run)
        .filter(item__in=list(payloads))
        .annotate(
            said_by=person_or_name("annotation__source__"),
            rater=Coalesce("annotation__source__on_behalf_of", "annotation__source"),
            person=Coalesce(
                "annotation__source__on_behalf_of__person", "annotation__source__person"
            ),
        )
        .order_by("item", "pk")
        .values_list(
            "item_id", "value", "rater", "person", "said_by", "annotation__version__number"
        )
    )
    called = names_for(viewer, payloads)
    for item, value, rater, person, name, version in rows:
        said = answer(value, names, payloads[item])
        vote = Vote(called.rater(item, rater, person, name), said, version)
        votes.setdefault(item, []).append(vote)
    # By what they are called: an order of names would tell whose letter is whose.
    return {item: sorted(said, key=lambda vote: vote.source) for item, said in votes.items()}


def _decided(run: Run, disputed: list[DisputedItem], names: QuestionNames) -> dict[int, str]:
    """What stands decided by a person about these items, by item."""
    payloads = {row.item_id: row.item.payload for row in disputed}
    rows = Adjudication.objects.standing().filter(item__in=list(payloads), question=run.question_id)
    return {
        row.item_id: answer(row.value, names, payloads[row.item_id]).text
        if row.value is not None
        else row.get_verdict_display()
        for row in rows
    }
