"""The weather and the seasons."""

import random

from .countries import COUNTRIES
from .facts import asked, follow, read, wordings
from .phrasing import ABOUT, Turns, say

_SAY = wordings("weather.txt")

_SEASONS = {
    "spring": (
        _SAY["spring"],
        "In spring, wear a light jacket and take an umbrella, because it often rains.",
        "In spring, you can plant flowers, listen to the birds and go for a walk.",
    ),
    "summer": (
        _SAY["summer"],
        "In summer, wear light clothes and a hat against the sun.",
        "In summer, you can swim, have a picnic and eat ice cream.",
    ),
    "autumn": (
        _SAY["autumn"],
        "In autumn, wear a warm jacket and good shoes for the rain.",
        "In autumn, you can collect leaves, pick apples and fly a kite.",
    ),
    "winter": (
        _SAY["winter"],
        "In winter, wear a thick coat, a scarf, gloves and warm boots.",
        "In winter, you can build a snowman, go sledging and drink hot chocolate.",
    ),
}
_ASKS = [ABOUT, _SAY["ask clothes"], _SAY["ask pastime"]]
_ABOUT_SEASON = _SAY["ask season"]

_FACTS = read("weather.txt")


def _season(rng: random.Random) -> Turns:
    """A question about a season, often with "and in winter?" after it."""
    kind = rng.choice([0, 0, 0, 1, 2])
    first, second, third = rng.sample(list(_SEASONS), 3)
    frame = _ABOUT_SEASON if kind == 0 and rng.random() < 0.5 else _ASKS[kind]
    turns = [(say(rng, frame, x=first), say(rng, _SEASONS[first][kind]))]
    if rng.random() < 0.5:
        turns.append(
            (follow(rng, rng.choice(["in " + second, second, "in " + second])), say(rng, _SEASONS[second][kind]))
        )
        if rng.random() < 0.3:
            turns.append((follow(rng, rng.choice(["in " + third, third])), say(rng, _SEASONS[third][kind])))
    return turns


def exchanges(rng: random.Random) -> Turns:
    """One talk about the weather or the seasons."""
    draw = rng.random()
    if draw < 0.05:
        place = rng.choice(rng.choice(COUNTRIES)[:2])
        return [
            (
                say(rng, _SAY["ask city"], x=place),
                (
                    "I cannot look outside, so I do not know the weather of today. I can tell you about rain, snow,"
                    " wind and the seasons."
                ),
            )
        ]
    return _season(rng) if draw < 0.37 else asked(rng, _FACTS)
