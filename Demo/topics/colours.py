"""Colours: of things, mixed, and of the rainbow."""

import random

from .facts import asked, follow, read, rows, wordings
from .phrasing import ABOUT, Turns, capital, say

_SAY = wordings("colours.txt")

_OF = {thing: colour for thing, colour in rows("colours-of.txt")}
_MIXED = {(first, second): result for first, second, result in rows("colours-mixed.txt")}
_COLOURS = {colour: text for colour, text in rows("colours-each.txt")}
_FACTS = read("colours.txt")


def _verb(things: str) -> str:
    """`is` or `are`."""
    return "are" if things.endswith("s") and things != "grass" or things == "mice" else "is"


def _thing(rng: random.Random) -> Turns:
    """The colour of a thing, or things of a colour."""
    thing, second = rng.sample(list(_OF), 2)
    if rng.random() < 0.25:
        colour = rng.choice(list(_COLOURS))
        things = [x for x, c in _OF.items() if c == colour][:3]
        return [
            (
                say(rng, _SAY["things of a colour"], c=colour),
                f"{capital(', '.join(things[:-1]))} and {things[-1]} are {colour}.",
            )
        ]
    turns = [
        (
            say(
                rng,
                ("[What|Which] [colour|color] {v} {x}?" if rng.random() < 0.75 else (_SAY["colour of a thing"])),
                v=_verb(thing),
                x=thing,
            ),
            f"{capital(thing)} {_verb(thing)} {_OF[thing]}.",
        )
    ]
    if rng.random() < 0.3:
        turns.append((follow(rng, second), f"{capital(second)} {_verb(second)} {_OF[second]}."))
    return turns


def _mix(rng: random.Random) -> Turns:
    """Two colours mixed."""
    (x, y), result = rng.choice(list(_MIXED.items()))
    if rng.random() < 0.5:
        x, y = y, x
    if rng.random() < 0.35:
        return [(say(rng, _SAY["mix for a colour"], c=result), f"Mix {x} and {y} to get {result}.")]
    turns = [(say(rng, _SAY["mix"], x=x, y=y), f"When you mix {x} and {y}, you get {result}.")]
    if rng.random() < 0.3:
        (u, v), other = rng.choice(list(_MIXED.items()))
        turns.append((follow(rng, f"{u} and {v}"), f"When you mix {u} and {v}, you get {other}."))
    return turns


def exchanges(rng: random.Random) -> Turns:
    """One talk about colours."""
    draw = rng.random()
    if draw < 0.2:
        colour = rng.choice(list(_COLOURS))
        return [
            (say(rng, ABOUT, x=rng.choice([colour, f"the colour {colour}", f"the color {colour}"])), _COLOURS[colour])
        ]
    return _thing(rng) if draw < 0.5 else _mix(rng) if draw < 0.75 else asked(rng, _FACTS)
