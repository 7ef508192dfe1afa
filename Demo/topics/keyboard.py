"""What becomes of a question when somebody types it."""

import random
import re

from .facts import themed
from .phrasing import capital

_TYPING = {name: " ".join(block).split(" / ") for name, block in themed("typing.txt").items()}
_BEFORE, _AFTER = _TYPING["before"], _TYPING["after"]
_SHORT = dict(pair.split(" = ") for pair in _TYPING["short"])
_ASKED = _TYPING["indirectly"]
_DIRECT = re.compile(r"(What|Who|Where) (is|are) ([^?,.]{2,60}?)\?")
_NEIGHBOURS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz", "sq vn xv sf wr dg fh gj uo hk jl k n bm ip o w et ad ry yi cb qe zc tu x".split()
    )
)
"""Keys beside each key."""


def typed(rng: random.Random, text: str) -> str:
    """The text as somebody might type it: contractions, lower case, lost punctuation, small words around it, a typo."""
    if rng.random() < 0.12:
        text = _indirect(rng, text)
    if rng.random() < 0.25:
        text = _shortened(rng, text)
    if rng.random() < 0.12:
        text = rng.choice(_BEFORE) + rng.choice([" ", ", "]) + text[:1].lower() + text[1:]
        text = text if rng.random() < 0.5 else capital(text)
    if rng.random() < 0.06:
        text = text.rstrip(".?!") + rng.choice([" ", ", "]) + rng.choice(_AFTER)
    if rng.random() < 0.35:
        text = text.rstrip(".?!")
    elif rng.random() < 0.1:
        text = text.rstrip(".?!") + rng.choice([" ?", "!", "??", "...", "!!", ".", "?"])
    draw = rng.random()
    text = text.lower() if draw < 0.38 else text.upper() if draw < 0.40 else text
    return _mistyped(rng, text) if len(text) > 11 and rng.random() < 0.14 else text


def _indirect(rng: random.Random, text: str) -> str:
    """`What is a fox?` as `Can you tell me what a fox is?`, where the question has that form."""
    question = _DIRECT.fullmatch(text)
    if not question:
        return text
    asked, verb, subject = question.groups()
    return f"{rng.choice(_ASKED)} {asked.lower()} {subject} {verb}?"


def _shortened(rng: random.Random, text: str) -> str:
    """One of the long forms in the text as its short form, where there is one."""
    pairs = [
        (long, short)
        for long, short in _SHORT.items()
        if long in text.lower().split(" ") or (" " in long and long in text.lower())
    ]
    if not pairs:
        return text
    long, short = rng.choice(pairs)
    at = text.lower().find(long.lower())
    return text[:at] + (capital(short) if text[at].isupper() else short) + text[at + len(long) :]


def _mistyped(rng: random.Random, text: str) -> str:
    """One or two typos: letters swapped, lost, doubled, or hit beside the key. Digits stay."""
    letters = list(text)
    for _ in range(rng.choice([1, 1, 2])):
        spots = [i for i, letter in enumerate(letters) if letter.isalpha()]
        if len(spots) < 4:
            break
        at = rng.choice(spots)
        kind = rng.randrange(4)
        if kind == 0 and at + 1 < len(letters) and letters[at + 1].isalpha():
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind == 1:
            letters[at] = ""
        elif kind == 2:
            letters[at] *= 2
        else:
            letters[at] = rng.choice(_NEIGHBOURS.get(letters[at].lower(), letters[at]))
        letters = list("".join(letters))
    return "".join(letters)
