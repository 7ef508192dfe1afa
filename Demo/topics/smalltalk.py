"""Greetings, thanks, goodbyes, moods, names: the small change of a conversation."""

import random
import re

from . import stories
from .animals import ANIMALS
from .countries import COUNTRIES
from .facts import asked, read, wordings
from .nouns import HEROES, THINGS, person
from .phrasing import Turns, a, capital, say

_SAY = wordings("smalltalk.txt")

HELLO = _SAY["hello"]
HELLO_BACK = _SAY["hello back"]

UNTOLD = "You have not told me your name yet. What is it?"
GREETED = re.compile(r"(?:Nice to meet you|Hello|It is nice to meet you|Pleased to meet you), (\w+)!")
"""What a greeting by name begins with: whoever knows the name must not deny it later."""

PLAIN = read("smalltalk.txt")


def _name(rng: random.Random) -> Turns:
    """The user's name, told and sometimes asked back."""
    name = person(rng)
    told = say(rng, _SAY["tell name"], x=name)
    turns = [(told, say(rng, _SAY["greet name"], x=name))]
    if rng.random() < 0.35:
        turns += asked(rng, PLAIN[:4])
    if rng.random() < 0.65:
        turns.append(_asked_name(rng, f"Your name is {name}."))
    return turns


def _asked_name(rng: random.Random, answer: str) -> tuple[str, str]:
    """The question for the user's own name."""
    return (say(rng, _SAY["ask name"]), answer)


def _likes(rng: random.Random) -> Turns:
    """A favourite thing, told and asked back."""
    kind, values = rng.choice(
        [
            ("colour", "red blue green yellow orange purple pink black white brown".split()),
            ("animal", "cat dog fox horse owl bear whale rabbit lion tiger penguin elephant".split()),
            ("season", "spring summer autumn winter".split()),
            ("food", "soup pasta pizza rice bread pancakes salad cake chocolate cheese".split()),
            ("number", "three seven nine four eleven twelve".split()),
        ]
    )
    value = rng.choice(values)
    praise = say(rng, _SAY["praise"], x=value.capitalize()).strip()
    turns = [(say(rng, _SAY["tell favourite"], k=kind, x=value), praise)]
    if rng.random() < 0.7:
        turns.append((say(rng, _SAY["ask favourite"], k=kind), f"Your favourite {kind} is {value}."))
    return turns


def _of_me(rng: random.Random) -> Turns:
    """What users tell about themselves."""
    row, (country, city, *_) = rng.choice(list(ANIMALS.values())[:20]), rng.choice(COUNTRIES)
    draw = rng.random()
    if draw < 0.25:
        turns = [(say(rng, _SAY["have animal"], s=a(row[0]), m=row[1]), say(rng, _SAY["offer animal"], m=row[1]))]
        if turns[0][1].endswith("?") and rng.random() < 0.6:
            turns.append(
                (
                    say(rng, "[Yes|Yes please|Sure|Ok|Yes, tell me|Go on][.|!|]"),
                    f"{capital(row[1])} live {row[3]}. {row[8]}",
                )
            )
        return turns
    if draw < 0.5:
        return [(say(rng, _SAY["from city"], c=city), f"How nice! {city} is the capital of {country}.")]
    if draw < 0.65:
        return [(say(rng, _SAY["from country"], c=country), f"How nice! The capital of {country} is {city}.")]
    if draw < 0.9:
        thing = rng.choice(HEROES + THINGS)
        if rng.random() < 0.4:
            return [
                (
                    say(rng, _SAY["you like"], x=rng.choice([thing + "s", a(thing), thing])),
                    "I am only a small program, so I cannot tell. But I like stories and poems. What do you like?",
                )
            ]
        return [
            (
                say(rng, _SAY["like thing"], x=rng.choice([thing + "s", a(thing)])),
                f"How nice! Shall I tell you a story about {a(thing)}?",
            )
        ]
    return [
        (
            say(rng, "[I am {x} years old|I am {x}|I turned {x} today|My age is {x}][.|!|]", x=rng.randint(5, 90)),
            "That is a good age! What would you like to talk about?",
        )
    ]


def _story_offered(rng: random.Random) -> Turns:
    """A story offered, and taken."""
    hero = rng.choice(stories.heroes())
    return [
        (say(rng, _SAY["bored"]), "Would you like to hear a story?"),
        (say(rng, "[Yes|Yes please|Sure|Ok|Of course|Yes, tell me|Why not|Gladly][.|!|]"), stories.story(rng, hero)),
    ]


def exchanges(rng: random.Random) -> Turns:
    """A greeting, a mood, a thank-you, a name."""
    draw = rng.random()
    if draw < 0.17:
        return [(say(rng, HELLO), say(rng, HELLO_BACK))]
    if draw < 0.34:
        return _name(rng)
    if draw < 0.38:
        return [_asked_name(rng, UNTOLD)]
    if draw < 0.43:
        return _likes(rng)
    if draw < 0.54:
        return _of_me(rng) if draw < 0.52 else _story_offered(rng)
    return asked(rng, PLAIN[:4] if rng.random() < 0.35 else PLAIN)
