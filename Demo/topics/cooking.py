"""Simple dishes: what goes in, what to do, how long it takes."""

import random

from .facts import asked, follow, read, rows, wordings, words
from .nouns import made_up
from .phrasing import ANOTHER, Turns, capital, say

_SAY = wordings("cooking.txt")

_DISHES = {dish: rest for dish, *rest in rows("dishes.txt")}

_ASKS = [_SAY["ask recipe"], _SAY["ask ingredients"], _SAY["ask time"]]
_FOLLOW = [_SAY["then recipe"], _SAY["then ingredients"], _SAY["then time"]]

_FACTS = read("cooking.txt")
_IDEAS = [
    ("[breakfast|the morning]", ["pancakes", "porridge", "scrambled eggs", "toast"]),
    ("lunch", ["a salad", "tomato soup", "a sandwich", "an omelette"]),
    ("dinner", ["pasta with tomato sauce", "fried rice", "vegetable soup", "pizza"]),
    ("dessert", ["fruit salad", "apple pie", "a chocolate cake", "cookies"]),
]


def _answer(rng: random.Random, dish: str, kind: int) -> str:
    """What the model says about one side of one dish."""
    needs, steps, minutes = _DISHES[dish]
    if kind == 0:
        return say(rng, "[You need {n}. |You need {n}. |]{s}", n=needs, s=steps)
    if kind == 1:
        return f"For {dish}, you need {needs}."
    verb = "takes"
    return f"It {verb} about {minutes}."


def _bare(rng: random.Random, dish: str) -> str:
    """The dish as people name it: with or without its article, or with "some"."""
    plain = dish.split(" ", 1)[1] if dish.startswith(("a ", "an ")) else dish
    return rng.choice([dish, dish, plain, "some " + plain])


def _recipe(rng: random.Random) -> Turns:
    """A question about a dish, with follow-ups."""
    dish, second = rng.sample(list(_DISHES), 2)
    kind = rng.choice([0, 0, 0, 0, 1, 2])
    turns = [(say(rng, _ASKS[kind], x=_bare(rng, dish)), _answer(rng, dish, kind))]
    draw = rng.random()
    if draw < 0.25:
        other = rng.choice([k for k in range(3) if k != kind])
        turns.append((say(rng, _FOLLOW[other]), _answer(rng, dish, other)))
    elif draw < 0.4:
        turns.append((follow(rng, _bare(rng, second)), _answer(rng, second, kind)))
    return turns


def _idea(rng: random.Random) -> Turns:
    """A wish for an idea, and then the recipe of it."""
    meal, dishes = rng.choice(_IDEAS)
    dish, second = rng.sample(dishes, 2)
    idea = _SAY["idea"]
    turns = [
        (
            say(rng, _SAY["ask idea"] + meal + "[?|]"),
            say(rng, idea, x=dish)
            .replace("You could make " + dish + "?", "You could make " + dish + ".")
            .replace("I would make " + dish + "?", "I would make " + dish + ".")
            .strip(),
        )
    ]
    draw = rng.random()
    if draw < 0.55:
        turns.append((say(rng, rng.choice([_FOLLOW[0], _SAY["accept"]])), _answer(rng, dish, 0)))
    elif draw < 0.75:
        turns.append(
            (
                say(rng, "[Something else|Another idea|I do not like that|" + ANOTHER + "]"),
                say(rng, "[Then how about|Or how about|What about] {x}?", x=second),
            )
        )
    return turns


_UNKNOWN = words("unknown dishes")


def _unknown(rng: random.Random) -> Turns:
    """A dish that the model does not know."""
    dish = rng.choice(_UNKNOWN) if rng.random() < 0.8 else made_up(rng)
    return [
        (
            say(rng, _ASKS[rng.choice([0, 0, 0, 1])], x=dish),
            f"I do not know how to make {dish}. I know simple dishes like pancakes, tomato soup, fried rice and pizza.",
        )
    ]


def exchanges(rng: random.Random) -> Turns:
    """One talk about cooking."""
    return rng.choices([_recipe, _idea, lambda r: asked(r, _FACTS), _unknown], [60, 17, 14, 9])[0](rng)
