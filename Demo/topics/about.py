"""Who the model is, what it can do, and what Gleaner is."""

import random

from .facts import asked, paragraphs, read
from .phrasing import ABOUT, Turns, say

SELF = read("about.txt")

NOTIONS = dict(" ".join(block).split(" = ", 1) for block in paragraphs("notions.txt"))

GLEANER = read("gleaner.txt")


def _gleaner(rng: random.Random) -> Turns:
    """A question about Gleaner or a notion of serving models."""
    if rng.random() < 0.4:
        return asked(rng, GLEANER)
    thing = "Gleaner" if rng.random() < 0.3 else rng.choice(list(NOTIONS))
    noun = thing if rng.random() < 0.7 else thing.split(" ", 1)[-1]
    frame = rng.choice(
        [
            ABOUT,
            ABOUT,
            "What is {x}?",
            "What is {x}?",
            "Explain {x}.",
            "Define {x}.",
            "What does {x} mean?",
            "[What exactly is|Can you explain|What do you mean by] {x}?",
            "{x}?",
        ]
    )
    return [(say(rng, frame, x=noun), say(rng, NOTIONS[thing]))]


def exchanges(rng: random.Random) -> Turns:
    """One question about the model or about Gleaner; sometimes one after the other."""
    own = asked(rng, SELF[:2] if rng.random() < 0.35 else SELF)
    draw = rng.random()
    if draw < 0.5:
        return own
    return _gleaner(rng) if draw < 0.88 else own + _gleaner(rng)
