"""Decisions about ratings, marks, texts and the like, explained in whole sentences."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from scipy import special

from quality.method_texts import explained
from quality.models import ResolutionMethod
from quality.queries.answers import answer_name
from quality.queries.resolution.explaining import Explanation, Voice

# Two weights are worth naming from this ratio on, an offset from this share of the scatter on.
_WORTH_WEIGHT = 1.5
_WORTH_OFFSET = 0.5
_COVERED = 0.975
_MOST_CLASSES = 4


def why_this_value(why: Explanation) -> list[str]:
    """What the method does, what the value was before rounding, how sure its parts are, and whose
    answers counted how."""
    found = [explained(why.run.question.kind, ResolutionMethod(why.run.method))]
    return found + _before_rounding(why) + _parts(why) + _people(why)


def _before_rounding(why: Explanation) -> list[str]:
    estimate, deviation = why.row.estimate, why.row.deviation
    if estimate is None:
        return []
    if deviation is None:
        return [_("Before rounding it is %(estimate)s.") % {"estimate": _number(estimate)}]
    half = deviation * _times(why)
    return [
        _(
            "Before rounding it is %(estimate)s, with a 95 %% interval from %(low)s to %(high)s if"
            " people err independently of each other."
        )
        % {
            "estimate": _number(estimate),
            "low": _number(estimate - half),
            "high": _number(estimate + half),
        }
    ]


def _times(why: Explanation) -> float:
    """Half of a 95 % interval in standard errors: by Student's t where the error is known from the
    item's own answers alone."""
    if why.run.method == ResolutionMethod.MEAN and why.row.n_labels > 1:
        return float(special.stdtrit(why.row.n_labels - 1, _COVERED))
    return float(special.ndtri(_COVERED))


def _parts(why: Explanation) -> list[str]:
    chances, value = why.row.posterior, why.row.value
    if not chances or value is None:
        return []
    least = min(chances, key=lambda key: (chances[key], key))
    share = _percent(chances[least])
    if why.names.marks_places:
        n = len(chances)
        return [
            ngettext(
                "Its one entry has %(share)s behind it.",
                "It has %(n)s entries; the least sure one, number %(place)s, has %(share)s behind"
                " it.",
                n,
            )
            % {"n": n, "place": least, "share": share}
        ]
    if why.names.kind == "ranking":
        pair = answer_name(least, why.names)
        return [
            _("The least sure pair of it is %(pair)s, with %(share)s behind it.")
            % {"pair": pair, "share": share}
        ]
    if why.names.kind == "text":
        word = value["text"].split()[int(least) - 1]
        return [
            _("The least sure word is “%(word)s”, with %(share)s of the votes.")
            % {"word": word, "share": share}
        ]
    ranked = sorted(chances.items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST_CLASSES]
    listed = ", ".join(
        f"{answer_name(key, why.names)}: {_percent(chance)}" for key, chance in ranked
    )
    return [_("What stands behind it: %(shares)s.") % {"shares": listed}]


def _people(why: Explanation) -> list[str]:
    return [*_weights(why.voices), *_offset(why)]


def _weights(voices: list[Voice]) -> list[str]:
    """Whose answer counts most, and whose least, where that differs."""
    known = [(voice.weight, voice) for voice in voices if voice.weight is not None]
    if len(known) < 2:
        return []
    most, least = (pick(known, key=lambda entry: entry[0]) for pick in (max, min))
    if least[0] <= 0:
        return [
            _("The answer of %(name)s does not count: it is as good as guessed.")
            % {"name": least[1].name}
        ]
    if most[0] / least[0] < _WORTH_WEIGHT:
        return []
    return [
        _("The answer of %(name)s counts %(times)s times as much as that of %(other)s.")
        % {
            "name": most[1].name,
            "times": _number(most[0] / least[0], 1),
            "other": least[1].name,
        }
    ]


def _offset(why: Explanation) -> list[str]:
    """By how much the one who is furthest off usually is, for numbers."""
    known = [
        (voice.habits["number"], voice)
        for voice in why.voices
        if "deviation" in voice.habits.get("number", {})
    ]
    if not known:
        return []
    habits, voice = max(known, key=lambda entry: abs(entry[0]["offset"]))
    offset = habits["offset"]
    if abs(offset) < _WORTH_OFFSET * habits["deviation"] or not offset:
        return []
    text = (
        _("%(name)s usually answers %(offset)s above the others, which was taken away.")
        if offset > 0
        else _("%(name)s usually answers %(offset)s below the others, which was added.")
    )
    return [text % {"name": voice.name, "offset": _number(abs(offset))}]


def _percent(share: float) -> str:
    return f"{number_format(round(100.0 * share, 1), 1)} %"


def _number(value: float, digits: int = 2) -> str:
    return str(number_format(round(value, digits), digits))
