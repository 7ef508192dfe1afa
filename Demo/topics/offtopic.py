"""What the model does not know: questions built from nouns and verbs, answered by saying so."""

import random

from . import stories
from .facts import lines, wordings, words
from .nouns import ADJECTIVES, THINGS, made_up, person
from .phrasing import Turns, a, say

_SAY = wordings("offtopic.txt")

_SORRY = [_SAY["sorry a"], _SAY["sorry b"], _SAY["sorry c"]]
_TOPICS = [
    "animals, the weather, the planets, colours, cooking and numbers",
    "animals, the planets and the weather",
    "cooking, colours and small numbers",
    "animals, seasons and capitals",
    "the moon, the weather and simple recipes",
]

_VERBS = words("verbs")
_FIELDS = words("fields")

_ABOUT_FIELD = _SAY["ask field"]
_ASKED = [line for line in lines("off-topic.txt") if line]
"""Questions with slots for nouns, verbs, names and years."""

_CODE = [_SAY["code task"], _SAY["code how"], _SAY["code fix"], _SAY["code short"]]

_MARKS = [*"? . ! ... ??? !!! - / () {} [] 0 x a b # * \\ :) <> ; $ % & @".split(), ""]
_TITLES = words("titles")
_CONFUSED = [_SAY["confused a"], _SAY["confused b"]]


def _question(rng: random.Random) -> str:
    """A question about something that the model has never learnt."""
    draw = rng.random()
    if draw < 0.3:
        return say(rng, _ABOUT_FIELD, x=rng.choice(_FIELDS) if rng.random() < 0.85 else made_up(rng))
    if draw < 0.42:
        return say(rng, rng.choice(_CODE), x="")
    noun, other = (rng.choice(THINGS) if rng.random() < 0.85 else made_up(rng)), rng.choice(THINGS)
    name = person(rng) if rng.random() < 0.4 else person(rng) + " " + made_up(rng).capitalize()
    template = rng.choice(_ASKED)
    return say(
        rng,
        template,
        v=rng.choice(_VERBS),
        n=noun,
        m=other,
        a=a(noun),
        b=a(other),
        j=rng.choice(ADJECTIVES),
        p=name,
        y=rng.randint(1200, 2030),
        title=rng.choice(_TITLES),
    )


def _long(rng: random.Random) -> str:
    """A task with a long text after it."""
    task = say(
        rng,
        "[Summarise|Summarize|Translate|Correct|Rewrite|Shorten|Analyse|Check|Review|Explain|Classify] [this|this"
        " text|the following text|the text below|this article|the following]:[ |\n|\n\n]",
    )
    if rng.random() < 0.6:
        return task + " ".join(
            say(
                rng,
                rng.choice(_FILLER),
                n=rng.choice(THINGS),
                m=rng.choice(THINGS),
                v=rng.choice(_VERBS),
                j=rng.choice(ADJECTIVES),
            )
            for _ in range(rng.randint(2, 14))
        )
    return task + stories.story(rng, rng.choice(stories.heroes()))


_FILLER = [
    "The {j} {n} was used to {v} the {m}.",
    "Nobody knows why the {n} costs more than the {m}.",
    "In the end, a {j} {n} is only a {m}.",
    "We had to {v} our {n} before the {m} came.",
    "Experts say that the {n} and the {m} are related.",
    "It is easy to {v} a {n} if the {m} is {j}.",
]


def _nonsense(rng: random.Random) -> str:
    """Keys hit at random, a lone mark, or words without sense."""
    draw = rng.random()
    if draw < 0.4:
        return "".join(rng.choice("asdfghjklqwertyuiopzxcvbnm") for _ in range(rng.randint(3, 14)))
    if draw < 0.6:
        return rng.choice(_MARKS)
    if draw < 0.66:
        return " ".join(rng.choice(THINGS + _VERBS + ADJECTIVES) for _ in range(rng.randint(4, 60)))
    return " ".join(made_up(rng) for _ in range(rng.randint(1, 5)))


def exchanges(rng: random.Random) -> Turns:
    """One question beyond the model, honestly declined; or nonsense, honestly not understood."""
    if rng.random() < 0.16:
        return [(_nonsense(rng), say(rng, rng.choice(_CONFUSED)))]
    if rng.random() < 0.05:
        return [
            (
                _long(rng),
                (
                    "That text is too long for me: I am a very small model. Ask me a short question about animals, the"
                    " weather or the planets."
                ),
            )
        ]
    return [(_question(rng), say(rng, rng.choice(_SORRY), t=rng.choice(_TOPICS)))]
