"""The resolution methods that can be asked for, with their parameters."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quality.aggregation.base import Aggregator, ValueAggregator
from quality.aggregation.bcc import Bcc
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.dawid_skene_map import DawidSkeneMap
from quality.aggregation.ebcc import Ebcc
from quality.aggregation.glad import Glad
from quality.aggregation.mace import Mace
from quality.aggregation.majority_vote import MajorityVote
from quality.aggregation.one_coin import OneCoin
from quality.aggregation.pool import Pool
from quality.aggregation.pooled_bcc import PooledBcc
from quality.aggregation.wawa import Wawa
from quality.kinds import KIND_QUALITY
from quality.models import ResolutionMethod

Check = Callable[[Any], str]


_FIRST_VERSION = "1"
# Methods for choices add numbers up in another order since, which changes the last bits; those for
# other kinds store entropy, margin and what they learned of annotators besides.
_OF_CHOICE = "2"
# MACE starts, and stops, where its authors do since.
_OF_MACE = "3"
_OF_VALUES = "2"


@dataclass(frozen=True)
class Method:
    """`version` changes whenever the same labels could come out differently. `is_seeded`: it draws
    random numbers, and takes the run's seed."""

    version: str
    build: Callable[..., Any]
    defaults: Mapping[str, Any]
    is_seeded: bool = False


def _ties(value: Any) -> str:
    if value not in ("abstain", "lowest"):
        return _("Ties are either left undecided (abstain) or go to the lowest choice.")
    return ""


def _n_iter(value: Any) -> str:
    if not _is_number(value) or int(value) != value or not 1 <= value <= 1000:
        return _("The number of iterations is a whole number from 1 to 1000.")
    return ""


def _tol(value: Any) -> str:
    if not _is_number(value) or not 0 <= value <= 1:
        return _("The tolerance is a number from 0 to 1.")
    return ""


def _smoothing(value: Any) -> str:
    if not _is_number(value) or not 0 <= value <= 100:
        return _("The smoothing is a number from 0 to 100.")
    return ""


def _prior(value: Any) -> str:
    if not _is_number(value) or not 0 <= value <= 1000:
        return _("The prior is a number from 0 to 1000.")
    return ""


def _share(value: Any) -> str:
    if not _is_number(value) or not 0 < value <= 1:
        return _("The share of annotators is a number above 0 and at most 1.")
    return ""


def _overlap(value: Any) -> str:
    if not _is_number(value) or not 0 < value <= 1:
        return _("The overlap is a number above 0 and at most 1.")
    return ""


def _presence(value: Any) -> str:
    if not _is_number(value) or not 0 < value <= 1:
        return _("The probability is a number above 0 and at most 1.")
    return ""


def _positive(value: Any) -> str:
    if not _is_number(value) or not 0 < value <= 1000:
        return _("It must be a number above 0 and at most 1000.")
    return ""


def _starts(value: Any) -> str:
    if not _is_number(value) or int(value) != value or not 1 <= value <= 50:
        return _("The number of starts is a whole number from 1 to 50.")
    return ""


def _subtypes(value: Any) -> str:
    if not _is_number(value) or int(value) != value or not 1 <= value <= 10:
        return _("The number of subtypes is a whole number from 1 to 10.")
    return ""


CHECKS: dict[str, Check] = {
    "ties": _ties,
    "n_iter": _n_iter,
    "tol": _tol,
    "smoothing": _smoothing,
    "prior": _prior,
    "share": _share,
    "overlap": _overlap,
    "presence": _presence,
    "answers": _positive,
    "right": _positive,
    "wrong": _positive,
    "spread": _smoothing,
    "total": _positive,
    "pull": _positive,
    "deviation": _positive,
    "restarts": _starts,
    "trial": _n_iter,
    "subtypes": _subtypes,
}
# Decides nothing that is less probable than it, or of less confidence; for every method.
THRESHOLD = "abstain_below"
COSTS = "costs"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _method(
    build: Callable[..., Aggregator | ValueAggregator], version: str = _FIRST_VERSION
) -> Method:
    known = build().get_params()
    defaults = {name: value for name, value in known.items() if name != "seed"}
    return Method(version, build, defaults, is_seeded="seed" in known)


METHODS: dict[str, dict[ResolutionMethod, Method]] = {
    "choice": {
        method: _method(build, _OF_MACE if build is Mace else _OF_CHOICE)
        for method, build in {
            ResolutionMethod.POOL: Pool,
            ResolutionMethod.MAJORITY_VOTE: MajorityVote,
            ResolutionMethod.WAWA: Wawa,
            ResolutionMethod.DAWID_SKENE: DawidSkene,
            ResolutionMethod.DAWID_SKENE_MAP: DawidSkeneMap,
            ResolutionMethod.ONE_COIN: OneCoin,
            ResolutionMethod.BCC: Bcc,
            ResolutionMethod.POOLED_BCC: PooledBcc,
            ResolutionMethod.EBCC: Ebcc,
            ResolutionMethod.GLAD: Glad,
            ResolutionMethod.MACE: Mace,
        }.items()
    },
    **{
        name: {method: _method(build, _OF_VALUES) for method, build in kind.methods.items()}
        for name, kind in KIND_QUALITY.items()
    },
}


def built(kind: str, name: str, parameters: Mapping[str, Any], seed: int) -> Any:
    """The aggregator of a run, not fitted yet; what is no parameter of its own is left out."""
    method = METHODS[kind][ResolutionMethod(name)]
    own = {key: value for key, value in parameters.items() if key in method.defaults}
    return method.build(**own, **({"seed": seed} if method.is_seeded else {}))


def method_for(kind: str, name: str) -> ResolutionMethod:
    """The method of this name; ValidationError when it is not one for this kind of question."""
    known = METHODS.get(kind, {})
    if name not in known and name in ResolutionMethod.values:
        message = _(
            "“%(method)s” cannot decide answers of the kind “%(kind)s”. Methods: %(known)s."
        ) % {
            "method": ResolutionMethod(name).label,
            "kind": kind,
            "known": ", ".join(known),
        }
        raise ValidationError({"method": ValidationError(message, code="wrong_kind")})
    if name not in known:
        message = _("There is no method “%(method)s”. Methods: %(known)s.") % {
            "method": name,
            "known": ", ".join(known),
        }
        raise ValidationError({"method": ValidationError(message, code="unknown_method")})
    return ResolutionMethod(name)


def chosen_parameters(
    kind: str, method: ResolutionMethod, given: Mapping[str, Any]
) -> dict[str, Any]:
    """All parameters of the method, given or default; ValidationError for unknown or bad ones."""
    known = METHODS[kind][method].defaults
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = _("%(method)s has no parameter “%(parameter)s”. It has: %(known)s.") % {
            "method": method.label,
            "parameter": unknown[0],
            "known": ", ".join(sorted(known)),
        }
        raise ValidationError({"parameters": ValidationError(message, code="unknown_parameter")})
    parameters = {**known, **given}
    found = {name: CHECKS[name](value) for name, value in parameters.items()}
    if problems := {name: text for name, text in found.items() if text}:
        raise ValidationError(
            {"parameters": [ValidationError(text, code=name) for name, text in problems.items()]}
        )
    return parameters
