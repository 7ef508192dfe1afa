"""Countries: the capital, the continent, the language."""

import random

from .facts import asked, follow, read, rows, wordings
from .nouns import made_up
from .phrasing import ABOUT, Turns, capital, say

_SAY = wordings("countries.txt")

COUNTRIES = [tuple(row) for row in rows("capitals.txt")]
_FACTS = read("countries.txt")


def _plain(rng: random.Random, country: str) -> str:
    """The country as people name it."""
    others = {
        "the United States": ["the USA", "America", "the US"],
        "England": ["the UK", "Great Britain", "Britain"],
        "the Netherlands": ["Holland"],
    }
    return rng.choice(others[country]) if country in others and rng.random() < 0.5 else country


def _one(country: tuple[str, ...], kind: int) -> str:
    """The answer to one kind of question about a country."""
    name, city, continent, language = country
    verb = "are" if name in ("the Netherlands", "the United States", "the Philippines") else "is"
    return [
        f"The capital of {name} is {city}.",
        f"{capital(name)} {verb} in {continent}.",
        f"In {name}, people speak {language}.",
        f"{capital(name)} {verb} a country in {continent}. Its capital is {city}, and people there speak {language}.",
    ][kind]


_ASKS = [_SAY["ask capital"], _SAY["ask continent"], _SAY["ask language"], ABOUT]


def _country(rng: random.Random) -> Turns:
    """A question about a country, often with "and Germany?" after it."""
    first, second, third = rng.sample(COUNTRIES, 3)
    kind = rng.choice([0, 0, 0, 0, 1, 2, 3])
    asked = say(rng, _ASKS[kind], x=_plain(rng, first[0]))
    turns = [
        (asked, ("Yes. " if f"in {first[2]}?" in asked else "No. " if "Is " in asked[:3] else "") + _one(first, kind))
    ]
    draw = rng.random()
    if draw < 0.4:
        turns.append(
            (
                follow(
                    rng,
                    rng.choice([_plain(rng, second[0]), "of " + second[0]]) if kind == 0 else _plain(rng, second[0]),
                ),
                _one(second, kind),
            )
        )
        if draw < 0.12:
            turns.append((follow(rng, _plain(rng, third[0])), _one(third, kind)))
    elif draw < 0.48:
        other = 1 if kind == 2 else 2
        turns.append((say(rng, ["", _SAY["then continent"], _SAY["then language"]][other]), _one(first, other)))
    return turns


def _city(rng: random.Random) -> Turns:
    """The country of a city."""
    name, city, *_ = rng.choice(COUNTRIES)
    return [(say(rng, _SAY["ask city"], c=city), f"{city} is the capital of {name}.")]


def _unknown(rng: random.Random) -> Turns:
    """A country that does not exist, or that the model does not know."""
    known = {c[0] for c in COUNTRIES}
    name = rng.choice(
        [
            "Atlantis",
            "Narnia",
            "Bolivia",
            "Mongolia",
            "Madagascar",
            "Luxembourg",
            "Nepal",
            "Jamaica",
            "Texas",
            "California",
            "Bavaria",
            "Mars",
            "the moon",
            "Oz",
            "Wonderland",
            "Utopia",
            "Latvia",
            "Malta",
            "Laos",
            "Fiji",
            "Qatar",
            made_up(rng).capitalize(),
            made_up(rng).capitalize() + "land",
            made_up(rng).capitalize() + "ia",
        ]
    )
    assert name not in known
    return [
        (
            say(rng, _ASKS[0], x=name),
            say(
                rng,
                "I do not know the capital of {x}. I know about fifty capitals, like Paris, Tokyo and Cairo.",
                x=name,
            ),
        )
    ]


def exchanges(rng: random.Random) -> Turns:
    """One talk about countries."""
    return rng.choices([_country, _city, _unknown, lambda r: asked(r, _FACTS)], [64, 14, 10, 12])[0](rng)
