"""Worked examples of the literature, retyped from the sources named at each."""

from quality.agreement.table import ReliabilityTable

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section D:
# 4 observers (rows), 12 units (columns), 5 values; "." is a missing value.
KRIPPENDORFF_2011 = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""

# K. L. Gwet, Handbook of Inter-Rater Reliability, 4th ed. (2014), the data set of 4 raters and 12
# subjects: the lone rating of subject 12 is by another rater.
GWET_2014_RATERS = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . .
    . 3 3 3 2 3 4 2 2 5 1 3
    1 2 3 3 2 4 4 1 2 5 1 .
"""

# P. E. Shrout, J. L. Fleiss, Intraclass correlations, Psychological Bulletin 86(2), 1979, Table 2:
# 4 judges (rows), 6 targets (columns).
SHROUT_FLEISS_1979 = """
    9 6 8 7 10 6
    2 1 4 1 5 2
    5 3 6 2 6 4
    8 2 8 6 9 7
"""

# Wikipedia, "Fleiss' kappa", worked example: 14 ratings of each of 10 subjects in 5 categories.
WIKIPEDIA_FLEISS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]

# J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76(5),
# 1971, Table 1: 6 psychiatrists for each of 30 patients, 5 diagnoses; digits count the votes.
FLEISS_1971 = """
    00060 03003 01401 00006 03030 20400 00402 20310 20040 00006
    10050 11040 03300 10050 02031 00501 30012 51000 02040 10203
    00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""

# Wikipedia, "Cohen's kappa", simple example: 50 proposals, two readers.
WIKIPEDIA_COHEN = {
    ("Yes", "Yes"): 20,
    ("Yes", "No"): 5,
    ("No", "Yes"): 10,
    ("No", "No"): 15,
}

# SAS PROC FREQ example (as in statsmodels, test_inter_rater.py, table10): two raters, 19 items.
SAS_COHEN = {(1, 2): 4, (1, 3): 1, (2, 2): 8, (3, 2): 1, (3, 3): 5}

# Gwet 2014: 100 pregnancies by two abstractors, ordered Ectopic, AIU, NIU.
GWET_2014_ABSTRACTORS = {
    ("Ectopic", "Ectopic"): 13,
    ("AIU", "AIU"): 20,
    ("AIU", "NIU"): 7,
    ("NIU", "AIU"): 4,
    ("NIU", "NIU"): 56,
}
GWET_2014_ABSTRACTORS_ORDER = ("Ectopic", "AIU", "NIU")


def from_matrix(text):
    """Rows of annotators, columns of items."""
    return ReliabilityTable.from_rows(
        (item, annotator, int(label))
        for annotator, line in enumerate(text.strip().splitlines())
        for item, label in enumerate(line.split())
        if label != "."
    )


def from_counts(counts):
    """Counts of labels per item; who gave which is arbitrary."""
    return ReliabilityTable.from_rows(
        (item, annotator, label)
        for item, row in enumerate(counts)
        for annotator, label in enumerate(
            label for label, times in enumerate(row) for _ in range(times)
        )
    )


def from_cross_table(cells, labels=None):
    """Two annotators: how often the first said one label and the second the other."""
    pairs = [pair for pair, times in cells.items() for _ in range(times)]
    return ReliabilityTable.from_rows(
        [
            (item, annotator, label)
            for item, pair in enumerate(pairs)
            for annotator, label in enumerate(pair)
        ],
        labels=labels,
    )


def fleiss_1971():
    return from_counts([[int(digit) for digit in row] for row in FLEISS_1971.split()])
