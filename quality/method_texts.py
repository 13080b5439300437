"""What each resolution method does, in words for the people who choose one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quality.models import ResolutionMethod as Method

_TEXTS: dict[Method, str | Promise] = {
    Method.MAJORITY_VOTE: _(
        "The class that most annotators gave. Everybody counts the same; ties stay undecided unless"
        " you say otherwise. Easy to explain, and hard to beat while annotators have few labels"
        " each."
    ),
    Method.DAWID_SKENE: _(
        "Learns from the labels alone how often each annotator takes one class for another, and"
        " weighs votes accordingly. Better when annotators differ in care and have labeled dozens"
        " of items each."
    ),
    Method.MEAN_SHARES: _("The mean of the shares that people gave each class."),
    Method.MEDIAN: _(
        "The rating with half of the answers on either side. Where the halves meet between two"
        " ratings the item stays undecided unless you say otherwise."
    ),
    Method.WEIGHTED_MEDIAN: _(
        "The median in which annotators count more whose ratings are usually near the median of"
        " the others."
    ),
    Method.MEAN: _("The plain mean of the numbers: hard to beat, and easy to explain."),
    Method.OFFSET_MEAN: _(
        "The mean after removing how much each annotator is usually above or below the others."
        " Better when items have few answers by people with habits of their own."
    ),
    Method.TEXT_MEDOID: _(
        "The text with the fewest edits to all others: always something that a person wrote."
    ),
    Method.ROVER: _(
        "Aligns the words of all transcripts and takes the most frequent word at each place."
    ),
    Method.SPAN_VOTE: _(
        "Keeps spans that enough annotators marked with the same borders and class. The item"
        " shows how many did."
    ),
    Method.TOKEN_DAWID_SKENE: _(
        "Decides word by word, and learns on the way how often each annotator misses or invents a"
        " class. Finds more than the vote when borders differ; words that touch become one span."
    ),
    Method.SPAN_CHAIN: _(
        "Decides where spans begin and end, and learns on the way how each annotator begins, goes"
        " on and stops. It also learns from the words around a place in other items. Best when"
        " spans have three or more annotators; spans of one class cannot overlap."
    ),
    Method.RELATION_VOTE: _(
        "Keeps relations that enough annotators drew between the same two spans, with the same"
        " type and direction."
    ),
    Method.BRADLEY_TERRY: _(
        "The majority for each pair; besides, how strong each side is over all pairs, by the"
        " titles of the parts. Ties are half a win for both."
    ),
    Method.BORDA: _("By the mean place of each entry. Even means leave the item undecided."),
    Method.KEMENY: _(
        "The order that contradicts the fewest of the people's pairwise preferences; up to seven"
        " entries exactly, beyond that by mean place."
    ),
    Method.BOX_FUSION: _(
        "Joins boxes of different people that overlap, keeps those that enough people drew, and"
        " takes the mean of their sides. An even vote on the class leaves the item undecided."
    ),
    Method.POLYGON_MEDOID: _(
        "Joins polygons of different people that overlap, keeps those that enough people drew, and"
        " takes the one that covers the others best."
    ),
    Method.POINT_MEAN: _(
        "Joins points of different people that are near each other, keeps those that enough people"
        " set, and takes their mean."
    ),
    Method.SEGMENT_FUSION: _(
        "Joins segments of different people that overlap in time, keeps those that enough people"
        " marked, takes the medians of their borders, and votes on the words of their texts."
    ),
}
_OF_CHOICES = {
    Method.MAJORITY_VOTE: _(
        "Each class by itself: chosen when more than half of the annotators chose it. At exactly"
        " half the item stays undecided unless you say otherwise."
    ),
    Method.DAWID_SKENE: _(
        "Each class by itself, and learns on the way how often each annotator misses or invents it."
    ),
}
_OF_PAIRS = {
    Method.MAJORITY_VOTE: _(
        "The answer that most annotators gave; even votes leave the item undecided."
    ),
}


def explained(kind: str, method: Method) -> str:
    """What a method does with answers of this kind."""
    own = {"choices": _OF_CHOICES, "pairwise": _OF_PAIRS}.get(kind, {})
    return str(own.get(method, _TEXTS[method]))
