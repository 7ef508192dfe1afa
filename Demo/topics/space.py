"""The sun, the moon, the planets and the stars."""

import random

from .facts import asked, follow, read, wordings
from .phrasing import ABOUT, Turns, say

_SAY = wordings("space.txt")

_ORDER = "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune".split()
_SIZES = "Mercury Mars Venus Earth Neptune Uranus Saturn Jupiter".split()
"""From the smallest to the largest."""

_ORDINALS = "first second third fourth fifth sixth seventh eighth".split()
_PLANETS = {
    "Mercury": (_SAY["Mercury"], "grey", "no moons"),
    "Venus": (_SAY["Venus"], "pale yellow", "no moons"),
    "Earth": (_SAY["Earth"], "blue and green", "one moon"),
    "Mars": (_SAY["Mars"], "red", "two moons"),
    "Jupiter": (_SAY["Jupiter"], "orange and white", "more than ninety moons"),
    "Saturn": (_SAY["Saturn"], "pale gold", "more than a hundred moons"),
    "Uranus": (
        "Uranus is the seventh planet. It is cold and blue, and it lies on its side as it goes round the sun.",
        "pale blue",
        "more than twenty moons",
    ),
    "Neptune": (_SAY["Neptune"], "deep blue", "more than ten moons"),
}

_FACTS = read("space.txt")


def _planet(rng: random.Random) -> Turns:
    """A question about one planet, and sometimes about the next."""
    first, second = rng.sample(_ORDER, 2)
    draw = rng.random()
    if draw < 0.55:
        frame = ABOUT if rng.random() < 0.7 else "[What is|What's|Describe|Explain] {x}?"
        name = (
            "the earth"
            if first == "Earth" and rng.random() < 0.5
            else rng.choice([first, first, f"the planet {first}"])
        )
        turns = [(say(rng, frame, x=name), say(rng, _PLANETS[first][0]).strip())]
        return turns + ([(follow(rng, second), say(rng, _PLANETS[second][0]).strip())] if rng.random() < 0.35 else [])
    if draw < 0.7:
        turns = [(say(rng, "[What|Which] colour [is|has] {x}?", x=first), f"{first} is {_PLANETS[first][1]}.")]
        return turns + ([(follow(rng, second), f"{second} is {_PLANETS[second][1]}.")] if rng.random() < 0.3 else [])
    if draw < 0.85:
        turns = [(say(rng, _SAY["ask moons"], x=first), f"{first} has {_PLANETS[first][2]}.")]
        return turns + ([(follow(rng, second), f"{second} has {_PLANETS[second][2]}.")] if rng.random() < 0.3 else [])
    if draw < 0.92:
        small, large = sorted([first, second], key=_SIZES.index)
        return [(say(rng, _SAY["ask larger"], x=first, y=second), f"{large} is larger than {small}.")]
    at = rng.randrange(8)
    return [(say(rng, _SAY["ask order"], o=_ORDINALS[at]), f"The {_ORDINALS[at]} planet from the sun is {_ORDER[at]}.")]


def exchanges(rng: random.Random) -> Turns:
    """One talk about the sky."""
    return _planet(rng) if rng.random() < 0.4 else asked(rng, _FACTS)
