"""Answers of every kind, as tests of live figures draw them."""

import json
import random
from functools import cache

from hypothesis import given, settings

from tests.unit.quality.answers import ANSWERS


@cache
def pool(kind, size=40):
    """Some different canonical answers, always the same."""
    found = []

    @settings(max_examples=size, derandomize=True, database=None, deadline=None)
    @given(ANSWERS[kind])
    def collect(value):
        found.append(json.dumps(value, sort_keys=True))

    collect()
    return [json.loads(text) for text in sorted(set(found))]


def fill(ledger, *, items, seed=1, people=("Ann", "Ben", "Cho", "Dee"), agreeing=0.6, size=40):
    """Most people say the same of an item; some items have one answer only."""
    dice, answers = random.Random(seed), pool(ledger.kind, size)
    for n in range(items):
        usual = dice.choice(answers)
        for name in dice.sample(people, dice.choice([1, 2, 2, 3, 3, 4])):
            said = usual if dice.random() < agreeing else dice.choice(answers)
            ledger.say(f"i{n:03}", name, said)
    return ledger
