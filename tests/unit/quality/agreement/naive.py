"""The coefficients written again straight from their definitions: one pair of labels at a time.

Slow and independent of the product's code, to judge it on random tables. Rows are
(item, annotator, label); None stands for undefined.
"""

from collections import Counter, defaultdict
from itertools import combinations, permutations


def labels_by_item(rows):
    items = defaultdict(list)
    for item, _annotator, label in rows:
        items[item].append(label)
    return list(items.values())


def percent(rows):
    shares = []
    for labels in labels_by_item(rows):
        pairs = list(combinations(labels, 2))
        if pairs:
            shares.append(sum(one == other for one, other in pairs) / len(pairs))
    return sum(shares) / len(shares) if shares else None


def class_shares(rows):
    items = labels_by_item(rows)
    shares = Counter()
    for labels in items:
        for label in labels:
            shares[label] += 1 / len(labels) / len(items)
    return shares


def corrected(observed, expected):
    if observed is None or 1 - expected < 1e-12:
        return None
    return (observed - expected) / (1 - expected)


def fleiss(rows):
    return corrected(percent(rows), sum(share**2 for share in class_shares(rows).values()))


def ac1(rows, n_labels):
    spread = sum(share * (1 - share) for share in class_shares(rows).values())
    return corrected(percent(rows), spread / (n_labels - 1))


def alpha(rows, distance):
    """`distance(one, other, labels)`: squared distance, given all pairable labels."""
    items = [labels for labels in labels_by_item(rows) if len(labels) > 1]
    pooled = [label for labels in items for label in labels]
    if not pooled:
        return None
    observed = sum(
        distance(one, other, pooled) / (len(labels) - 1)
        for labels in items
        for one, other in permutations(labels, 2)
    ) / len(pooled)
    expected = sum(distance(one, other, pooled) for one, other in permutations(pooled, 2)) / (
        len(pooled) * (len(pooled) - 1)
    )
    return None if expected == 0 else 1 - observed / expected


def nominal(one, other, _pooled):
    return float(one != other)


def ordinal(one, other, pooled):
    low, high = sorted((one, other))
    between = sum(low <= label <= high for label in pooled)
    return (between - (pooled.count(low) + pooled.count(high)) / 2) ** 2


def interval(one, other, _pooled):
    return float((ord(one) - ord(other)) ** 2)


def ratio(one, other, _pooled):
    return ((ord(one) - ord(other)) / (ord(one) + ord(other))) ** 2


def cohen(first, second):
    n = len(first)
    observed = sum(one == other for one, other in zip(first, second, strict=True)) / n
    ours, theirs = Counter(first), Counter(second)
    return corrected(observed, sum(ours[label] * theirs[label] for label in ours) / n**2)


def pairwise(rows):
    """(first, second) -> (n, percent, kappa) of all pairs with common items."""
    said = defaultdict(dict)
    for item, annotator, label in rows:
        said[annotator][item] = label
    result = {}
    for first, second in combinations(sorted(said), 2):
        common = sorted(said[first].keys() & said[second].keys())
        if common:
            mine = [said[first][item] for item in common]
            theirs = [said[second][item] for item in common]
            same = sum(one == other for one, other in zip(mine, theirs, strict=True))
            result[first, second] = (len(common), same / len(common), cohen(mine, theirs))
    return result


def confusion(rows):
    pairs = Counter()
    for labels in labels_by_item(rows):
        for one, other in combinations(sorted(labels), 2):
            pairs[one, other] += 1
    return pairs
