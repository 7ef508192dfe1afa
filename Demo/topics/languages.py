"""A few phrases in a few languages."""

import random

from .facts import follow, rows, wordings
from .nouns import THINGS
from .phrasing import Turns, listed, say

_SAY = wordings("countries.txt")
_HEAD, *_ROWS = rows("phrases.txt")
_PHRASES = {phrase: dict(zip(_HEAD[1:], said)) for phrase, *said in _ROWS}
"""For each phrase, its words by language."""


def _phrase(rng: random.Random) -> Turns:
    """A word in another language, often followed by the same word in one more."""
    phrase = rng.choices(list(_PHRASES), [5, 4, 3, 2, 1, 1, 2, 2, 2])[0]
    first, second = rng.sample(list(_PHRASES[phrase]), 2)
    quoted = rng.choice([phrase, phrase, f'"{phrase}"'])
    asked = say(rng, _SAY["phrase"], p=quoted, l=first)
    turns = [(asked, f'In {first}, "{phrase}" is: {_PHRASES[phrase][first]}.')]
    draw = rng.random()
    if draw < 0.35:
        turns.append((follow(rng, "in " + second), f'In {second}, "{phrase}" is: {_PHRASES[phrase][second]}.'))
    elif draw < 0.5:
        other = rng.choice([p for p in _PHRASES if p != phrase])
        turns.append((follow(rng, other), f'In {first}, "{other}" is: {_PHRASES[other][first]}.'))
    return turns


def _no_phrase(rng: random.Random) -> Turns:
    """A language or a word that the model does not know."""
    known = "French, Spanish, German, Italian, Portuguese, Dutch, Swedish and Japanese"
    if rng.random() < 0.6:
        language = rng.choice(
            "Russian Chinese Arabic Latin Greek Polish Turkish Korean Hindi Finnish Danish Norwegian Hungarian Czech"
            " Hebrew Swahili Welsh Irish Klingon Esperanto Thai Vietnamese".split()
        )
        return [
            (
                say(rng, _SAY["no language"], p=rng.choice(list(_PHRASES)), l=language),
                f"I do not know any {language}. I know a few words of {known}.",
            )
        ]
    language = rng.choice(list(_PHRASES["hello"]))
    word = rng.choice(
        THINGS
        + [
            "good night",
            "I love you",
            "sorry",
            "my friend",
            "house",
            "tree",
            "love",
            "bread",
            "beer",
            "one",
            "red",
            "excuse me",
            "how are you",
        ]
    )
    return [
        (
            say(rng, _SAY["no phrase"], p=word, l=language),
            f"I do not know that word in {language}. I know hello, thank you, goodbye, yes, no, please, cat and water.",
        )
    ]


def _speak(rng: random.Random) -> Turns:
    """A wish to speak another language altogether."""
    language = rng.choice(_HEAD[1:])
    some = [_PHRASES[phrase][language] for phrase in ("hello", "thank you", "goodbye")]
    return [(say(rng, _SAY["ask speak"], l=language), f"I know only a few words of {language}, like {listed(some)}.")]


def exchanges(rng: random.Random) -> Turns:
    """One phrase in another language, or the word that the model does not know it."""
    return rng.choices([_phrase, _no_phrase, _speak], [76, 16, 8])[0](rng)
