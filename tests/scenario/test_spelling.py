"""A name with one slip of the finger gets the right suggestion."""

import random
import string

from simlab.scenario.shapes import Choice, Group, Optional, Several, Table, group_of
from simlab.scenario.spelling import closest


def groups_of(shape):
    match shape:
        case Group(fields):
            yield list(fields)
            for field in fields.values():
                yield from groups_of(field.shape)
        case Optional(of) | Table(of) | Several(of):
            yield from groups_of(of)
        case Choice(_, groups):
            for group in groups.values():
                yield from groups_of(group)


def slips(word: str, rng: random.Random) -> list[str]:
    i = rng.randrange(len(word))
    letter = rng.choice(string.ascii_lowercase)
    swapped = word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
    return [word[:i] + word[i + 1 :], word[:i] + letter + word[i:], word[:i] + letter + word[i + 1 :], swapped]


def test_nine_of_ten_slips_in_names_of_the_world_are_understood():
    from simlab.world.build import WorldParams

    rng = random.Random(1)
    asked = right = 0
    for names in groups_of(group_of(WorldParams)):
        for name in names:
            for slip in slips(name, rng):
                if slip not in names:
                    asked += 1
                    right += closest(slip, names) == name
    assert asked > 300
    assert right / asked >= 0.9


def test_nothing_is_suggested_for_what_is_like_nothing():
    assert closest("zebra", ["queue_days", "value", "source"]) is None
    assert closest("x", []) is None
