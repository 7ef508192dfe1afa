"""Animals: where they live, what they eat, their sounds, their young, and one thing worth knowing."""

import random

from .facts import asked, read, rows, wordings, words
from .nouns import made_up
from .phrasing import ABOUT, ANOTHER, Turns, a, capital, say

_SAY = wordings("animals.txt")

ANIMALS = {row[0]: row for row in rows("animals.txt")}
"""One, many, kind, where, food, sound, young, legs, worth knowing."""

_GENERAL = read("animals-general.txt")
_COUNTS = {"0": "no legs", "2": "two legs", "4": "four legs", "6": "six legs", "8": "eight legs", "10": "ten legs"}


def _plural(rng: random.Random, row: list[str]) -> str:
    """The animal as people name it in a question."""
    return rng.choice([row[1], row[1], a(row[0]), f"the {row[0]}"])


def _about(rng: random.Random, row: list[str]) -> str:
    """What the model says about one animal: a first sentence, and what is worth knowing."""
    first = say(rng, _SAY["about"], A=capital(a(row[0])), k=row[2], w=row[3], e=row[4])
    return f"{first} {row[8]}".replace(" a insect", " an insect")


def _detail(rng: random.Random, row: list[str], kind: int) -> tuple[str, str]:
    """One question about one side of one animal, with its answer."""
    one, many = _plural(rng, row), row[1]
    does = "do" if one == many else "does"
    asked, answer = [
        (_SAY["ask food"], f"{capital(many)} eat {row[4]}."),
        (_SAY["ask home"], f"{capital(many)} live {row[3]}."),
        (_SAY["ask sound"], f'{capital(a(row[0]))} goes "{row[5]}".'),
        (_SAY["ask young"], f"A young {row[0]} is called {a(row[6])}."),
        (_SAY["ask legs"], f"{capital(a(row[0]))} has {_COUNTS[row[7]]}."),
    ][kind]
    return say(rng, asked, x=one, s=row[0], do=does), answer


def _more(row: list[str]) -> str:
    """What is left to say about an animal."""
    return f"{capital(row[1])} eat {row[4]}. A young {row[0]} is called {a(row[6])}."


_FOLLOW = [
    [_SAY["then food"]],
    [_SAY["then home"]],
    [_SAY["then sound"]],
    [_SAY["then young"]],
    ["How many legs [does it|do they] have?|And how many legs?|and legs?"],
]


def _talk(rng: random.Random) -> Turns:
    """A question about an animal, a few with follow-ups that only make sense after it."""
    row = rng.choice(list(ANIMALS.values()))
    kind = rng.randrange(5)
    if rng.random() < 0.45:
        turns = [
            (say(rng, ABOUT if rng.random() < 0.75 else "What [is|are] {x}?", x=_plural(rng, row)), _about(rng, row))
        ]
    else:
        turns = [_detail(rng, row, kind)]
    if rng.random() < 0.25:
        other = rng.randrange(5)
        turns.append((say(rng, f"[{_FOLLOW[other][0]}]"), _detail(rng, row, other)[1]))
    elif rng.random() < 0.15:
        turns.append((say(rng, _SAY["then more"]), _more(row)))
    elif rng.random() < 0.25:
        second = rng.choice(list(ANIMALS.values()))
        same = (
            _detail(rng, second, kind)[1]
            if " is a" not in turns[0][1].split(".")[0] or "called" in turns[0][1]
            else _about(rng, second)
        )
        turns.append(
            (
                say(rng, "[And|What about|How about|Now|and what about|And what of] {x}[?|]", x=_plural(rng, second)),
                same,
            )
        )
    return turns


_UNKNOWN = words("unknown animals")


def _unsure(rng: random.Random) -> Turns:
    """A question about an animal that the model cannot answer: it says so, and says what it knows."""
    if rng.random() < 0.4:
        other = rng.choice(_UNKNOWN) if rng.random() < 0.8 else made_up(rng)
        frame = rng.choice(
            [
                ABOUT,
                "What does {x} eat?",
                "Where does {x} live?",
                "What is {x}?",
                "What sound does {x} make?",
                "What is a baby {s} called?",
            ]
        )
        return [
            (
                say(rng, frame, x=a(other), s=other),
                "I do not know that animal well. I know cats, dogs, foxes, owls, whales, bees and about forty others.",
            )
        ]
    row = rng.choice(list(ANIMALS.values()))
    asked = say(rng, _SAY["ask beyond"], s=a(row[0]), m=row[1])
    return [(asked, "I do not know that, but I know this: " + _about(rng, row))]


def _general(rng: random.Random) -> Turns:
    """A wish for any animal, or a question about which is the largest, the fastest and so on."""
    if rng.random() < 0.4:
        row, second = rng.sample(list(ANIMALS.values()), 2)
        turns = [(say(rng, _SAY["any"]), _about(rng, row))]
        return turns + ([(say(rng, ANOTHER), _about(rng, second))] if rng.random() < 0.4 else [])
    return asked(rng, _GENERAL)


def exchanges(rng: random.Random) -> Turns:
    """One talk about animals."""
    return rng.choices([_talk, _general, _unsure], [72, 16, 12])[0](rng)
