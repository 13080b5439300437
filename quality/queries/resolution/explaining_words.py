"""A decision explained in whole sentences: for the page of an item, and for REST."""

from collections import Counter

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quality.models import ResolutionMethod, Undecided
from quality.queries.resolution.explaining import Candidate, Explanation, Voice
from quality.queries.resolution.explaining_values import why_this_value

_SURE = 0.999
# Evidence below this (natural logarithm) is not worth a sentence.
_WORTH_NAMING = 0.2


def in_words(why: Explanation) -> list[str]:
    """Sentences from what people said to what was decided; none while the viewer must stay
    blind."""
    if why.blind:
        return []
    found = [_who_said_what(why)]
    if why.row.undecided or why.row.value is None:
        found += _why_undecided(why)
    elif why.candidates:
        found += _why_this_class(why)
    else:
        found += why_this_value(why)
    found += _members(why)
    found += _standing(why)
    return [sentence for sentence in found if sentence]


def _who_said_what(why: Explanation) -> str:
    n = len(why.voices)
    if not n:
        return _("None of the labels that it was decided from can be shown any more.")
    counts = Counter(voice.answer.text for voice in why.voices).most_common()
    if len(counts) == 1:
        return ngettext("The one label says %(answer)s.", "All %(n)s labels say %(answer)s.", n) % {
            "n": n,
            "answer": counts[0][0],
        }
    parts = [
        _("%(n)s of %(all)s labels: %(answer)s.") % {"n": count, "all": n, "answer": text}
        for text, count in counts
    ]
    return " ".join(parts)


def _why_this_class(why: Explanation) -> list[str]:
    decided = next((each for each in why.candidates if each.is_decided), None)
    if decided is None:
        return []
    other = why.runner_up
    found = [_how_sure(why, decided, other)]
    if other is not None and decided.cost is not None and other.chance > decided.chance:
        found.append(
            _(
                "%(other)s is more probable, but by the costs of this run %(decided)s is the"
                " cheaper thing to say: it is expected to cost %(cost)s, against %(other_cost)s."
            )
            % {
                "other": other.choice.name,
                "decided": decided.choice.name,
                "cost": _number(decided.cost),
                "other_cost": _number(other.cost or 0.0),
            }
        )
    elif decided.cost is not None:
        found.append(
            _("Saying %(decided)s is expected to cost %(cost)s, the least of all classes.")
            % {"decided": decided.choice.name, "cost": _number(decided.cost)}
        )
    if _is_against_most(why, decided):
        found.append(
            _("This is not what most labels say: how reliable their sources are was decisive.")
        )
    return found + _strongest(why, decided, other)


def _how_sure(why: Explanation, decided: Candidate, other: Candidate | None) -> str:
    values = {"method": why.run.get_method_display(), "decided": decided.choice.name}
    if why.run.method == ResolutionMethod.MAJORITY_VOTE:
        return _("%(decided)s has %(share)s of the votes; each vote counts the same.") % {
            **values,
            "share": _percent(decided.chance),
        }
    if other is None or decided.chance > _SURE:
        return _("%(method)s gives %(decided)s a probability of %(share)s.") % {
            **values,
            "share": _percent(decided.chance),
        }
    return _(
        "%(method)s gives %(decided)s a probability of %(share)s; the runner-up, %(other)s, has"
        " %(other_share)s."
    ) % {
        **values,
        "share": _percent(decided.chance),
        "other": other.choice.name,
        "other_share": _percent(other.chance),
    }


def _is_against_most(why: Explanation, decided: Candidate) -> bool:
    counts = Counter(voice.value.get("choice") for voice in why.voices)
    return bool(counts) and counts[decided.choice.key] < max(counts.values())


def _strongest(why: Explanation, decided: Candidate, other: Candidate | None) -> list[str]:
    """The label that speaks loudest for the decision, and the one that speaks loudest against."""
    if other is None or why.run.method == ResolutionMethod.MAJORITY_VOTE:
        return []
    known = [(voice.strength, voice) for voice in why.voices if voice.strength is not None]
    if not known:
        return []
    found = []
    strength, voice = max(known, key=lambda entry: entry[0])
    if strength > _WORTH_NAMING:
        found.append(_evidence(voice, decided, other, for_it=True))
    strength, voice = min(known, key=lambda entry: entry[0])
    if strength < -_WORTH_NAMING:
        found.append(_evidence(voice, decided, other, for_it=False))
    return found


def _evidence(voice: Voice, decided: Candidate, other: Candidate, *, for_it: bool) -> str:
    if voice.source_id is None:
        words = (
            _("What speaks most for it is the label of %(name)s.")
            if for_it
            else _("What speaks most against it is the label of %(name)s.")
        )
        return words % {"name": voice.name}
    begin = (
        _("What speaks most for it is the label of %(name)s:")
        if for_it
        else _("What speaks most against it is the label of %(name)s:")
    ) % {"name": voice.name}
    facts = _(
        "this source is estimated to say %(said)s of %(right)s of the items that are %(decided)s,"
        " and of %(wrong)s of those that are %(other)s."
    ) % {
        "said": voice.answer.text,
        "right": _percent(voice.right or 0.0),
        "decided": decided.choice.name,
        "wrong": _percent(voice.wrong or 0.0),
        "other": other.choice.name,
    }
    return f"{begin} {facts}"


def _why_undecided(why: Explanation) -> list[str]:
    if why.row.undecided == Undecided.BELOW_THRESHOLD:
        text = (
            _(
                "It is left to people: its most probable class has a probability of %(share)s,"
                " below the threshold of %(threshold)s that was asked for."
            )
            if why.candidates
            else _(
                "It is left to people: the method's confidence is %(share)s, below the threshold of"
                " %(threshold)s that was asked for."
            )
        )
        threshold = why.run.parameters.get("abstain_below", 0.0)
        return [text % {"share": _percent(why.row.confidence), "threshold": _percent(threshold)}]
    if why.row.undecided == Undecided.NO_LABEL:
        return [_("No label of it fits the question, so there is nothing to decide from.")]
    if why.run.parameters.get("costs") and why.candidates:
        return [_("Two classes are expected to cost the same, so it is left undecided.")]
    return [_("Several answers have the same support, so it is left undecided.")]


def _members(why: Explanation) -> list[str]:
    if not why.members:
        return []
    n = len(why.members)
    counts = Counter(
        member.choice.name if member.choice else _("undecided") for member in why.members
    )
    votes = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    calibrated = why.run.learned.get("is_calibrated")
    weights = (
        _("Their weights were fitted to the gold items.")
        if calibrated
        else _("Without enough gold items they have their usual weights.")
    )
    return [
        _("The %(n)s methods of the pool decide: %(votes)s.") % {"n": n, "votes": votes},
        weights,
    ]


def _standing(why: Explanation) -> list[str]:
    if why.standing is None:
        return []
    said = why.standing_answer.text if why.standing_answer else why.standing.get_verdict_display()
    return [
        _("A person has decided about this item, which outranks every run: %(answer)s.")
        % {"answer": said}
    ]


def _percent(share: float) -> str:
    return f"{number_format(round(100.0 * share, 1), 1)} %"


def _number(value: float) -> str:
    return str(number_format(round(value, 2), 2))
