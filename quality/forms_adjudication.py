"""Request text to typed arguments: what a reviewer decides, reviews, and wants to see next."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.forms.answers import BIGGEST_ID
from projects.models import ReviewMode
from quality.actions.adjudication.adjudicate import LONGEST_COMMENT, Decision
from quality.actions.review.give import Opinion
from quality.models import Order, Reason, ReviewVerdict, Verdict
from quality.queries.adjudication.queue import Ordering


class AdjudicationForm(forms.Form):
    """What a reviewer decides; the answer of their own is in the fields of the question."""

    do = forms.CharField(max_length=60)
    reason = forms.ChoiceField(choices=Reason.choices, required=False)
    rule_number = forms.IntegerField(required=False, min_value=1, max_value=9999)
    comment = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    supersedes = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def decision(self, value: Any) -> Decision:
        """`do` is own, undecidable, excluded or adopt:<annotation>; `value` one's own answer."""
        given = self.cleaned_data
        do, _colon, annotation = given["do"].partition(":")
        verdict = Verdict(do) if do in (Verdict.UNDECIDABLE, Verdict.EXCLUDED) else Verdict.DECIDED
        return Decision(
            verdict=verdict,
            reason=Reason(given["reason"] or Reason.SLIP),
            value=value,
            adopt=annotation or None,
            rule_number=given["rule_number"],
            comment=given["comment"],
            supersedes=given["supersedes"],
        )


class OrderForm(forms.Form):
    """What to decide first, and the item that was put aside."""

    order = forms.ChoiceField(required=False, choices=Order.choices)
    a = forms.CharField(required=False, max_length=60)
    b = forms.CharField(required=False, max_length=60)
    after = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def ordering(self) -> Ordering:
        """Most disputed first unless something else is asked for."""
        given = self.cleaned_data
        order = Order(given["order"] or Order.DISPUTED)
        pair = (given["a"], given["b"]) if given["a"] and given["b"] else None
        return Ordering(order, pair if order == Order.PAIR else None)

    def query(self) -> str:
        """The same as words of an address."""
        ordering = self.ordering()
        words = {"order": ordering.order.value}
        if ordering.pair:
            words |= {"a": ordering.pair[0], "b": ordering.pair[1]}
        return urlencode(words)


class ReviewForm(forms.Form):
    """What a reviewer says about an answer; a correction is in the fields of the questions."""

    do = forms.ChoiceField(choices=ReviewVerdict.choices)
    reason = forms.ChoiceField(choices=Reason.choices, required=False)
    rule_number = forms.IntegerField(required=False, min_value=1, max_value=9999)
    comment = forms.CharField(required=False, max_length=LONGEST_COMMENT)
    supersedes = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def opinion(self, values: dict[str, Any], decisions: dict[str, int]) -> Opinion:
        """`decisions`: the decision on the screen by question key."""
        given = self.cleaned_data
        verdict = ReviewVerdict(given["do"])
        return Opinion(
            verdict=verdict,
            values=values if verdict == ReviewVerdict.FIXED else {},
            comment=given["comment"],
            reason=Reason(given["reason"] or Reason.SLIP),
            rule_number=given["rule_number"],
            supersedes=given["supersedes"],
            decisions=decisions,
        )


class ReviewSettingsForm(forms.Form):
    """How much is reviewed."""

    mode = forms.ChoiceField(
        label=_("Which answers are reviewed"), choices=ReviewMode.choices, widget=forms.RadioSelect
    )
    share = forms.IntegerField(
        label=_("Share of each annotator's answers, in per cent"),
        min_value=0,
        max_value=100,
        help_text=_("Drawn by chance; nobody can tell which answers will be looked at."),
    )
    newcomers = forms.IntegerField(
        label=_("First answers of everybody"),
        min_value=0,
        max_value=1000,
        help_text=_("So many answers of each new annotator are reviewed, all of them."),
    )
