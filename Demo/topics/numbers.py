"""Counting, small sums and shapes."""

import random

from .facts import wordings, words
from .phrasing import Turns, capital, say

_SAY = wordings("numbers.txt")

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen".split()
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


_SIDES = [pair.split(" ") for pair in words("shapes and sides")]
_TOO_FAR, _HARD = words("too far"), words("hard sums")


def word(number: int) -> str:
    """The number in words, up to one hundred."""
    if number < 20:
        return _UNITS[number]
    if number == 100:
        return "one hundred"
    return _TENS[number // 10] + ("-" + _UNITS[number % 10] if number % 10 else "")


def _span(rng: random.Random) -> tuple[int, int]:
    """Where to start and stop counting: mostly short, now and then up to a hundred."""
    first = 1 if rng.random() < 0.75 else rng.randint(0, 40)
    if rng.random() < 0.25:
        return min(first, 19), rng.choice([30, 40, 50, 50, 60, 70, 80, 100, 100, rng.randint(20, 100)])
    return first, first + rng.choice([2, 3, 4, 4, 5, 6, 7, 8, 9, 9, 9, 9, 11, 12, 14, 19, 19, 24, 29])


def _count(rng: random.Random) -> Turns:
    """Counting up or down, in the user's way of writing numbers."""
    first, last = _span(rng)
    spelled = rng.random() < 0.5
    write = word if spelled else str
    down = rng.random() < 0.12 and last <= 20
    if down:
        asked = (
            say(rng, _SAY["count down from"], a=write(first), b=write(last))
            if first == 1
            else say(rng, _SAY["count down"], a=write(first), b=write(last))
        )
        numbers = range(last, first - 1, -1)
    elif first == 1 and rng.random() < 0.55:
        asked = say(rng, _SAY["count to"], b=write(last))
        numbers = range(1, last + 1)
    else:
        asked = say(rng, _SAY["count from"], a=write(first), b=write(last))
        numbers = range(first, last + 1)
    return [(asked, capital(", ".join(write(n) for n in numbers)) + ".")]


def _sum(rng: random.Random) -> Turns:
    """An addition, subtraction or multiplication of small numbers."""
    kind = rng.choice("++--*")
    x, y = rng.randint(0, 10), rng.randint(0, 10)
    if kind == "-" and x < y:
        x, y = y, x
    result = {"+": x + y, "-": x - y, "*": x * y}[kind]
    signs = {
        "+": ["+", " + ", " plus ", " plus ", " and "],
        "-": ["-", " - ", " minus ", " minus "],
        "*": ["*", " * ", " times ", " times ", " x "],
    }[kind]
    sign = rng.choice(signs)
    write = str if sign.strip() in "+-*x" or rng.random() < 0.5 else word
    sum_text = f"{write(x)}{sign}{write(y)}"
    if sign == " and ":
        asked = say(rng, _SAY["add"], s=sum_text)
    else:
        asked = say(rng, _SAY["sum"], s=sum_text).strip()
    said = {"+": "plus", "-": "minus", "*": "times"}[kind]
    answer = (
        f"{capital(word(x))} {said} {word(y)} is {word(result)}." if write is word else f"{x} {said} {y} is {result}."
    )
    turns = [(asked, answer)]
    if rng.random() < 0.2:
        z = rng.randint(0, 10)
        follow = x + z if kind == "+" else x * z
        if kind != "-" and write is str:
            turns.append(
                (
                    say(rng, "[And|What about|and what is|Then what is] {x} {s} {z}?", x=x, s=said, z=z),
                    f"{x} {said} {z} is {follow}.",
                )
            )
    return turns


def _divided(rng: random.Random) -> Turns:
    """A division without remainder."""
    x, y = rng.randint(1, 10), rng.randint(1, 10)
    sign = rng.choice(["/", " / ", " divided by ", " divided by ", ":", " : "])
    return [
        (
            say(rng, "[What is|What's|How much is|Calculate|Solve|] {s}[?|=|]", s=f"{x * y}{sign}{y}").strip(),
            f"{x * y} divided by {y} is {x}.",
        )
    ]


def _shapes(rng: random.Random) -> Turns:
    """How many sides a shape has."""
    shape, sides = rng.choice(_SIDES)
    return [(say(rng, _SAY["shape"], x=shape), f"A {shape} has {sides} sides and {sides} corners.")]


def _too_big(rng: random.Random) -> Turns:
    """A sum that the model must not pretend to know, or a count that is too long."""
    x, y = rng.randint(11, 9999), rng.randint(11, 999)
    if rng.random() < 0.2:
        return [
            (
                say(rng, _SAY["count too far"], x=rng.choice([*_TOO_FAR, str(rng.randint(101, 99999))])),
                "That is too far for me. I can count up to one hundred. Shall I?",
            )
        ]
    slots = {"x": x, "y": y, "z": x * 7 + 1, "w": x * y, "u": x % 90 + 11, "v": y % 90 + 11}
    asked = rng.choice(_HARD).format(**slots)
    return [
        (
            say(rng, "[What is|What's|How much is|Calculate|Compute|Solve|Tell me|] {s}[?|]", s=asked).strip(),
            "That is too hard for me. I can only do small sums with numbers up to ten.",
        )
    ]


def _compare(rng: random.Random) -> Turns:
    """Which number is larger, what comes next, odd or even."""
    x, y = rng.sample(range(0, 21), 2)
    draw = rng.randrange(3)
    if draw == 0:
        return [(say(rng, _SAY["larger"], x=x, y=y), f"{max(x, y)} is bigger than {min(x, y)}.")]
    if draw == 1:
        return [
            (
                say(rng, "[What|Which] number comes [right |]after {x}?", x=word(x)),
                f"{capital(word(x + 1))} comes after {word(x)}.",
            )
        ]
    return [(say(rng, _SAY["odd or even"], x=x), f"{x} is an {'even' if x % 2 == 0 else 'odd'} number.")]


def exchanges(rng: random.Random) -> Turns:
    """One question about numbers."""
    return rng.choices([_count, _sum, _divided, _too_big, _compare, _shapes], [26, 50, 7, 9, 6, 2])[0](rng)
