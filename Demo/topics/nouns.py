"""Word lists that several subjects share: names, heroes, everyday things. All in lower case but names."""

import random

from .facts import words

GIRLS = words("girls")
BOYS = words("boys")
_ONSETS, _VOWELS, _CODAS = words("onsets"), words("vowels"), words("codas")
HEROES = words("heroes")

THINGS = words("things")

ADJECTIVES = words("adjectives")


def made_up(rng: random.Random) -> str:
    """A word that means nothing, so that it must be copied and cannot be remembered."""
    syllables = [rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice([1, 2, 2, 3]))]
    return "".join(syllables) + rng.choice(_CODAS)


def person(rng: random.Random) -> str:
    """A first name: a known one, or one that is made up, so that names are copied and not remembered."""
    return rng.choice(GIRLS + BOYS) if rng.random() < 0.4 else made_up(rng).capitalize()
