"""Word lists that several subjects share: names, heroes, everyday things. All in lower case but names."""

import random

from .facts import words

GIRLS = words("girls")
BOYS = words("boys")
SYLLABLES = (
    "ba be bo da do fa fi ga go ha jo ka ki la le li lo ma me mi mo na ni no pa pi ra ri ro sa so ta te ti to va vi"
    " za zu".split()
)

HEROES = words("heroes")

THINGS = words("things")

ADJECTIVES = words("adjectives")


def made_up(rng: random.Random) -> str:
    """A word that means nothing, so that it must be copied and cannot be remembered."""
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([2, 3, 3]))) + rng.choice(
        ["", "n", "r", "s", "x", "l"]
    )


def person(rng: random.Random) -> str:
    """A first name: usually a known one, sometimes one made of syllables, so that names are copied and not remembered."""
    if rng.random() < 0.6:
        return rng.choice(GIRLS + BOYS)
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([2, 2, 3]))).capitalize()
