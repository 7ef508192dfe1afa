"""Stories built from plots: a hero, a place, a trouble, a helper, an end; the names stay the same throughout."""

import random

from .animals import ANIMALS
from .facts import paragraphs, wordings, words
from .nouns import BOYS, GIRLS, HEROES
from .phrasing import ANOTHER, Turns, a, capital, say

_SAY = wordings("stories.txt")

_TRAITS = words("traits")
_PLACES = words("places")
_THINGS = words("things lost")
_HELPERS = words("helpers")
_SEARCHED = words("searched")
_FOUND = words("found")
_DREAMS = words("dreams")
_FEARS = words("fears")
_FEASTS = words("feasts")
_LESSONS = words("lessons")

_PLOTS = [" ".join(block) for block in paragraphs("plots.txt")]


def story(rng: random.Random, hero: str, other: str | None = None, long: bool = False, name: str | None = None) -> str:
    """A story of one plot (two when `long`) about the hero; `other` is who comes by."""
    girl = name in GIRLS if name else rng.random() < 0.5
    name = name or rng.choice(GIRLS[:22] if girl else BOYS[:20])
    thing, helper = rng.choice(_THINGS), other or rng.choice([h for h in _HELPERS if h != hero])
    searched = rng.sample(_SEARCHED, 2)
    slots = dict(
        n=name,
        he="she" if girl else "he",
        He="She" if girl else "He",
        his="her" if girl else "his",
        him="her" if girl else "him",
        thing=thing,
        athing=a(thing),
        helper=helper,
        ahelper=a(helper),
        s1=searched[0],
        s2=searched[1],
        found=rng.choice(_FOUND),
        dream=rng.choice(_DREAMS),
        fear=rng.choice(_FEARS),
        feast=rng.choice(_FEASTS),
        flute=rng.choice(["flute", "drum", "trumpet"]),
    )
    trait = rng.choice(_TRAITS)
    opening = say(
        rng,
        _SAY["opening"],
        h=a(f"{trait} {hero}"),
        n=name,
        p=rng.choice(_PLACES),
    )
    plots = rng.sample(_PLOTS, 2 if long else 1)
    body = say(rng, plots[0], **slots)
    if long:
        second = say(
            rng,
            plots[1],
            **{
                **slots,
                "helper": (h := rng.choice(_HELPERS)),
                "ahelper": a(h),
                "thing": (t := rng.choice(_THINGS)),
                "athing": a(t),
            },
        )
        body += say(rng, "\n\n[But that was not the end.|That was not {n}'s only adventure.] ", n=name) + second
    ending = (
        say(
            rng,
            _SAY["ending"],
            n=name,
            l=rng.choice(_LESSONS),
            helper=helper,
        )
        if not long
        else say(
            rng,
            "\n\n[And so {n} learned that {l}.|{n} never forgot that {l}.] The end.",
            n=name,
            l=rng.choice(_LESSONS),
        )
    )
    return body_joined(opening, body, ending)


def body_joined(opening: str, body: str, ending: str) -> str:
    """The three parts as one text, each sentence with a capital."""
    return opening + capital(body) + ending


ASK = _SAY["ask"]


def _named(rng: random.Random) -> tuple[str, str]:
    """A wish for a story in which the user names the hero, or speaks of heroes in another way."""
    hero, draw = rng.choice(heroes()), rng.random()
    if draw < 0.35:
        girl = rng.random() < 0.5
        name = rng.choice(GIRLS if girl else BOYS)
        if rng.random() < 0.4:
            return say(rng, ASK + " about {x}[.|?|]", x=name), story(rng, "girl" if girl else "boy", name=name)
        return say(
            rng, ASK + " about {h} [called|named|whose name is|with the name] {x}[.|?|]", h=a(hero), x=name
        ), story(rng, hero, name=name)
    many = ANIMALS[hero][1] if hero in ANIMALS else hero + "s"
    return say(rng, ASK + " [about|with] {x}[.|?|]", x=rng.choice([f"my {hero}", f"the {hero}", many, hero])), story(
        rng, hero
    )


def _went_on(rng: random.Random, told: str) -> tuple[str, str]:
    """What came after the end of the story just told."""
    name = next(
        word.rstrip(",.") for before, word in zip(told.split(), told.split()[1:]) if before in ("called", "named")
    )
    return (
        say(
            rng,
            _SAY["then what"],
            n=name,
        ),
        say(
            rng,
            _SAY["afterwards"],
            n=name,
        ),
    )


def heroes() -> list[str]:
    """Everyone a story can be about."""
    return sorted(set(HEROES) | set(ANIMALS))


def exchanges(rng: random.Random) -> Turns:
    """A wish for a story, about somebody or not, and sometimes for one more."""
    everyone = heroes()
    hero, other = rng.choice(everyone), rng.choice(everyone)
    draw = rng.random()
    if draw < 0.22:
        asked, text = say(rng, ASK + "[.|?|!|, please.|]"), story(rng, hero)
        if rng.random() < 0.2:
            asked = say(
                rng,
                _SAY["ask any"],
            )
    elif draw < 0.30:
        asked, text = say(
            rng,
            _SAY["ask long"],
            h=a(hero),
        ), story(rng, hero, long=True)
    elif draw < 0.38:
        asked, text = _named(rng)
    elif draw < 0.46:
        asked, text = say(rng, ASK + " [about|with|of] {h} and {o}[.|?|, please.|]", h=a(hero), o=a(other)), story(
            rng, hero, other
        )
    else:
        asked, text = say(
            rng,
            ASK + _SAY["about hero"],
            h=a(hero) if rng.random() < 0.85 else a(f"{rng.choice(_TRAITS)} {hero}"),
        ), story(rng, hero)
        if rng.random() < 0.1:
            asked = say(rng, _SAY["about short"], h=a(hero))
    turns = [(asked, text)]
    if rng.random() < 0.15:
        turns.append((say(rng, ANOTHER), story(rng, rng.choice(everyone))))
    elif rng.random() < 0.12:
        turns.append(_went_on(rng, text))
    elif rng.random() < 0.15:
        again = rng.choice(everyone)
        turns.append(
            (
                say(rng, _SAY["now about"], h=a(again)),
                story(rng, again),
            )
        )
    return turns
