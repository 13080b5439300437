"""What each resolution method does, in words for the people who choose one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quality.models import ResolutionMethod as Method

_TEXTS: dict[Method, str | Promise] = {
    Method.POOL: _(
        "Five methods at once (weighted vote, Dawid-Skene with a prior, pooled Bayesian"
        " combination, enhanced Bayesian combination, GLAD), of whose probabilities the mean"
        " logarithm is taken and toned down. The best default: no single method wins everywhere,"
        " and its probabilities can be believed. From about 20 gold items on, the weights of the"
        " five and the probabilities are fitted to them."
    ),
    Method.MAJORITY_VOTE: _(
        "The class that most annotators gave. Everybody counts the same; ties stay undecided unless"
        " you say otherwise. Easy to explain, and hard to beat while annotators have few labels"
        " each."
    ),
    Method.WAWA: _(
        "A vote in which each annotator counts as much as the share of their labels that agree"
        " with the majority. Right when people differ in care but not in which classes they"
        " confuse, and safer than the models below when data are thin."
    ),
    Method.DAWID_SKENE: _(
        "Learns from the labels alone how often each annotator takes one class for another, and"
        " weighs votes accordingly. Better when annotators differ in care and have labeled dozens"
        " of items each. Too sure of itself when people make the same mistakes."
    ),
    Method.DAWID_SKENE_MAP: _(
        "As Dawid-Skene, but annotators are taken for fairly good until their labels say otherwise."
        " Less extreme with few labels per person."
    ),
    Method.ONE_COIN: _(
        "As Dawid-Skene, with a single accuracy per annotator. Right for few labels per person, or"
        " very many classes; wrong when people have habits in which classes they confuse."
    ),
    Method.BCC: _(
        "Dawid-Skene by Bayes' rule: averages over all tables that fit the labels instead of taking"
        " the likeliest. Steadier than Dawid-Skene; needs about as many labels."
    ),
    Method.POOLED_BCC: _(
        "The same, where annotators with few labels are taken for average ones, mistakes included."
        " Right when most people have labeled little and make similar mistakes."
    ),
    Method.EBCC: _(
        "Allows several kinds of items within each class, on which people err together. The best"
        " single method on published data; slower, and drawn from several random starts."
    ),
    Method.GLAD: _(
        "One skill per annotator and one difficulty per item. Right when some items are hard for"
        " everybody; it does not know which classes are confused."
    ),
    Method.MACE: _(
        "Finds annotators who guess: each label is either meant or drawn from the person's own"
        " habit. Right when there are spammers; slower, and drawn from several random starts."
    ),
    Method.MEAN_SHARES: _("The mean of the shares that people gave each class."),
    Method.CALIBRATED_MEAN: _(
        "The mean after removing how much each annotator is usually above or below the others, and"
        " how far they spread their answers; precise people count more. Better than the plain mean"
        " where items have few answers by people with habits of their own, once three or more"
        " people have a dozen answers each; where items have ten answers or more, the plain mean is"
        " as good."
    ),
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
        " Right when people differ in that alone; everybody counts the same."
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
    Method.RELATION_MODEL: _(
        "Keeps relations that are probably there, by how often each annotator draws those that are"
        " and those that are not. Better than the vote when some people miss much and others see"
        " too much; needs a dozen items by each of three or more people."
    ),
    Method.BRADLEY_TERRY: _(
        "The majority for each pair; besides, how strong each side is over all pairs, by the"
        " titles of the parts. Ties are half a win for both."
    ),
    Method.CROWD_BRADLEY_TERRY: _(
        "Learns strengths and people together: whose answers go against the strengths counts less,"
        " for the strengths and in the vote on each pair. Right when some people answer at random"
        " or the wrong way round, and the same parts meet in many pairs."
    ),
    Method.BORDA: _("By the mean place of each entry. Even means leave the item undecided."),
    Method.KEMENY: _(
        "The order that contradicts the fewest of the people's pairwise preferences; up to seven"
        " entries exactly, beyond that by mean place."
    ),
    Method.PLACKETT_LUCE: _(
        "Gives each entry a strength such that what people ranked first, second and so on is most"
        " probable, and orders by strength. It also says how probable each pair's order is. Right"
        " when the first places were chosen with more care than the last."
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
    Method.CALIBRATED_BOXES: _(
        "Keeps boxes that are probably there, by how often each annotator marks what is there and"
        " what is not; removes from each side the margin that the annotator usually adds, and lets"
        " precise people count more. Best when three or more people have drawn a dozen boxes each;"
        " its sides are nearer to the true ones than means."
    ),
    Method.CALIBRATED_POLYGONS: _(
        "Keeps polygons that are probably there, by how often each annotator marks what is there"
        " and what is not, and takes the one that covers the others best, precise people counting"
        " more."
    ),
    Method.CALIBRATED_POINTS: _(
        "Keeps points that are probably there, by how often each annotator sets what is there and"
        " what is not; takes the mean after removing by how much each annotator is usually beside"
        " it. Right when some people set points always a little off in one direction."
    ),
    Method.CALIBRATED_SEGMENTS: _(
        "Keeps segments that are probably there, by how often each annotator marks what is there"
        " and what is not; removes how early or late each annotator usually begins and ends, and"
        " lets precise people count more. Texts are voted on word by word."
    ),
    Method.MEDOID: _(
        "The one answer that is nearest to all others, by the distance that agreement is measured"
        " with; people whose answers are usually near to those of others count more. Always"
        " something that a person said: right when answers must not be mixed."
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
_OF_RATINGS = {
    Method.MEAN: _(
        "The plain mean of the ratings, rounded to the scale; the mean itself is kept beside it."
        " Hard to beat where items have many ratings, and easy to explain. In the middle between"
        " two ratings the item stays undecided unless you say otherwise."
    ),
}
_OF_PAIRS = {
    Method.MAJORITY_VOTE: _(
        "The answer that most annotators gave; even votes leave the item undecided."
    ),
}


def explained(kind: str, method: Method) -> str:
    """What a method does with answers of this kind."""
    own = {"choices": _OF_CHOICES, "rating": _OF_RATINGS, "pairwise": _OF_PAIRS}.get(kind, {})
    return str(own.get(method, _TEXTS[method]))
