"""Haiku, short rhymes, jokes and riddles, all written for this corpus."""

import random

from .facts import lines, rows, themed, wordings
from .nouns import HEROES, THINGS
from .phrasing import ANOTHER, Turns, a, capital, say

_SAY = wordings("poems.txt")

_HAIKU = {theme: [line.split(" / ") for line in verse] for theme, verse in themed("haiku.txt").items()}
_RHYMES = {theme: "\n".join(verse) for theme, verse in themed("rhymes.txt").items()}
_JOKES = lines("jokes.txt")
_RIDDLES = rows("riddles.txt")
_SYNONYMS = {theme: names.split(", ") for theme, names in rows("haiku-words.txt")}


def haiku(rng: random.Random, theme: str) -> str:
    """Three lines from the theme's own lines."""
    return (
        ",\n".join(rng.choice(choices) for choices in _HAIKU[theme][:2])
        + ".\n"
        + capital(rng.choice(_HAIKU[theme][2]))
        + "."
    )


def _verse(rng: random.Random) -> Turns:
    """A wish for a haiku or a poem, with or without a theme, and for one more."""
    draw = rng.random()
    if draw < 0.6:
        theme, second = rng.sample(list(_HAIKU), 2)
        plain = rng.random() < 0.35
        asked = say(
            rng,
            _SAY["ask haiku"] + ("[.|?|!|, please.|]" if plain else " about {x}[.|?|, please.|]"),
            x=rng.choice(_SYNONYMS.get(theme, [theme])),
        )
        if plain and rng.random() < 0.25:
            asked = say(rng, _SAY["poetry"])
        turns = [(asked, haiku(rng, theme))]
        if rng.random() < 0.35:
            turns.append((say(rng, ANOTHER), haiku(rng, second)))
        elif rng.random() < 0.25:
            turns.append(
                (
                    say(
                        rng,
                        "[And|Now|And one|Now one|Another one] about {x}[.|?|]",
                        x=rng.choice(_SYNONYMS.get(second, [second])),
                    ),
                    haiku(rng, second),
                )
            )
        return turns
    key, second = rng.sample(list(_RHYMES), 2)
    plain = rng.random() < 0.4
    asked = say(
        rng,
        _SAY["ask rhyme"] + ("[.|?|!|, please.|]" if plain else " about {x}[.|?|, please.|]"),
        x=(
            rng.choice([a(key), f"the {key}", key])
            if key not in ("friend", "spring")
            else rng.choice(
                [{"friend": "friendship", "spring": "spring"}[key], {"friend": "a friend", "spring": "the spring"}[key]]
            )
        ),
    )
    return [(asked, _RHYMES[key])] + ([(say(rng, ANOTHER), _RHYMES[second])] if rng.random() < 0.2 else [])


def _unknown(rng: random.Random) -> Turns:
    """A poem about something that the model has no lines for: it says so, and offers one that it has."""
    thing, theme = rng.choice(HEROES + THINGS), rng.choice(list(_HAIKU))
    asked = say(rng, _SAY["ask any"], x=rng.choice([a(thing), f"the {thing}", thing, f"my {thing}"]))
    return [(asked, f"I have no poem about that, but here is one about {theme}:\n\n{haiku(rng, theme)}")]


def _joke(rng: random.Random) -> Turns:
    """A joke, and perhaps another."""
    first, second = rng.sample(_JOKES, 2)
    asked = say(rng, _SAY["ask joke"])
    return [(asked, first)] + ([(say(rng, ANOTHER), second)] if rng.random() < 0.45 else [])


def _riddle(rng: random.Random) -> Turns:
    """A riddle, and its solution in the second turn."""
    question, solution = rng.choice(_RIDDLES)
    asked = say(rng, _SAY["ask riddle"])
    turns = [(asked, f"Here is a riddle: {question}")]
    if rng.random() < 0.3:
        turns.append(
            (
                say(rng, "[Is it|It is|It must be|] {x}[?|.|!|]", x=solution.lower()).strip(),
                f"Yes, that is right! The answer is: {solution.lower()}.",
            )
        )
    elif rng.random() < 0.8:
        turns.append((say(rng, _SAY["give up"]), f"The answer is: {solution.lower()}."))
    return turns


def exchanges(rng: random.Random) -> Turns:
    """A poem, a joke or a riddle."""
    return rng.choices([_verse, _joke, _riddle, _unknown], [56, 24, 12, 8])[0](rng)
