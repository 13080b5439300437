"""temporary"""

import math


def wilson_interval(right, n):
    z = 1.959963984540054
    p = right / n
    d = 1 + z * z / n
    c = (p + z * z / (2 * n)) / d
    h = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d
    return c - h, c + h
