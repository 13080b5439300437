"""The resolution methods that can be asked for, with their parameters."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quality.aggregation.base import Aggregator
from quality.aggregation.dawid_skene import DawidSkene
from quality.aggregation.majority_vote import MajorityVote
from quality.models import ResolutionMethod


@dataclass(frozen=True)
class Method:
    """`version` changes whenever the same labels could come out differently."""

    version: str
    build: Callable[..., Aggregator]
    defaults: Mapping[str, Any]
    check: Callable[[dict[str, Any]], dict[str, str]]


def _check_majority_vote(parameters: dict[str, Any]) -> dict[str, str]:
    if parameters["ties"] not in ("abstain", "lowest"):
        return {"ties": _("Ties are either left undecided (abstain) or go to the lowest choice.")}
    return {}


def _check_dawid_skene(parameters: dict[str, Any]) -> dict[str, str]:
    problems = {}
    n_iter = parameters["n_iter"]
    if not _is_number(n_iter) or int(n_iter) != n_iter or not 1 <= n_iter <= 1000:
        problems["n_iter"] = _("The number of iterations is a whole number from 1 to 1000.")
    if not _is_number(parameters["tol"]) or not 0 <= parameters["tol"] <= 1:
        problems["tol"] = _("The tolerance is a number from 0 to 1.")
    if not _is_number(parameters["smoothing"]) or not 0 <= parameters["smoothing"] <= 100:
        problems["smoothing"] = _("The smoothing is a number from 0 to 100.")
    return problems


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


METHODS: dict[ResolutionMethod, Method] = {
    ResolutionMethod.MAJORITY_VOTE: Method(
        version="1",
        build=MajorityVote,
        defaults=MajorityVote().get_params(),
        check=_check_majority_vote,
    ),
    ResolutionMethod.DAWID_SKENE: Method(
        version="1",
        build=DawidSkene,
        defaults=DawidSkene().get_params(),
        check=_check_dawid_skene,
    ),
}


def chosen_parameters(method: ResolutionMethod, given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of the method, given or default; ValidationError for unknown or bad ones."""
    known = METHODS[method].defaults
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = _("%(method)s has no parameter “%(parameter)s”. It has: %(known)s.") % {
            "method": method.label,
            "parameter": unknown[0],
            "known": ", ".join(sorted(known)),
        }
        raise ValidationError({"parameters": ValidationError(message, code="unknown_parameter")})
    parameters = {**known, **given}
    if problems := METHODS[method].check(parameters):
        raise ValidationError(
            {"parameters": [ValidationError(text, code=name) for name, text in problems.items()]}
        )
    return parameters
