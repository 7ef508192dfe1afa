"""Stories built from plots: a hero, a place, a trouble, a helper, an end; the names stay the same throughout."""

import random

from .animals import ANIMALS
from .facts import paragraphs, wordings, words
from .nouns import BOYS, GIRLS, HEROES, THINGS, made_up
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
_INSTRUMENTS = words("instruments")

_PLOTS = [" ".join(block) for block in paragraphs("plots.txt")]


def story(
    rng: random.Random,
    hero: str,
    other: str | None = None,
    long: bool = False,
    name: str | None = None,
    trait: str | None = None,
) -> str:
    """A story of one plot (two when `long`) about the hero; `other` is who comes by."""
    cast = _cast(rng, hero, other, name)
    described = a(f"{trait or rng.choice(_TRAITS)} {hero}")
    first, second = rng.sample(_PLOTS, 2)
    text = say(rng, _SAY["opening"], h=described, p=rng.choice(_PLACES), **cast) + capital(say(rng, first, **cast))
    if not long:
        return text + say(rng, _SAY["ending"], l=rng.choice(_LESSONS), **cast)
    again = {**cast, **_met(rng, None, hero)}
    return (
        text + say(rng, _SECOND, **again) + say(rng, second, **again) + say(rng, _END, l=rng.choice(_LESSONS), **again)
    )


_SECOND = "\n\n[But that was not the end.|That was not {n}'s only adventure.] "
_END = "\n\n[And so {n} learned that {l}.|{n} never forgot that {l}.] The end."
_WOMEN, _MEN = words("women"), words("men")


def _cast(rng: random.Random, hero: str, other: str | None, name: str | None) -> dict[str, str]:
    """Who and what a story is about, by the slots of the plots."""
    girl = name in GIRLS if name else hero in _WOMEN or (hero not in _MEN and rng.random() < 0.5)
    pronouns = dict(
        zip(("he", "He", "his", "him"), ("she", "She", "her", "her") if girl else ("he", "He", "his", "him"))
    )
    lists = {"found": _FOUND, "dream": _DREAMS, "fear": _FEARS, "feast": _FEASTS, "flute": _INSTRUMENTS}
    searched = dict(zip(("s1", "s2"), rng.sample(_SEARCHED, 2)))
    drawn = {slot: rng.choice(choices) for slot, choices in lists.items()}
    return {
        "n": name or rng.choice(GIRLS[:22] if girl else BOYS[:20]),
        **pronouns,
        **searched,
        **drawn,
        **_met(rng, other, hero),
    }


def _met(rng: random.Random, other: str | None, hero: str) -> dict[str, str]:
    """Who comes by, and what is lost or found."""
    helper, thing = other or rng.choice([h for h in _HELPERS if h != hero]), rng.choice(_THINGS)
    return {"helper": helper, "ahelper": a(helper), "thing": thing, "athing": a(thing)}


ASK = _SAY["ask"]


def _named(rng: random.Random) -> tuple[str, str]:
    """A wish for a story in which the user names the hero, or speaks of heroes in another way."""
    hero, draw = _anyone(rng), rng.random()
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
    return (say(rng, _SAY["then what"], n=name), say(rng, _SAY["afterwards"], n=name))


def heroes() -> list[str]:
    """Everyone a story can be about."""
    return sorted(set(HEROES) | set(ANIMALS))


def _anyone(rng: random.Random) -> str:
    """A hero: mostly one of the known ones, else a thing of any kind or a word that means nothing."""
    draw = rng.random()
    return made_up(rng) if draw < 0.12 else rng.choice(THINGS) if draw < 0.24 else rng.choice(heroes())


def exchanges(rng: random.Random) -> Turns:
    """A wish for a story, about somebody or not, and sometimes for one more."""
    everyone = heroes()
    hero, other = _anyone(rng), rng.choice(everyone)
    draw = rng.random()
    if draw < 0.22:
        asked, text = say(rng, ASK + "[.|?|!|, please.|]"), story(rng, rng.choice(everyone))
        if rng.random() < 0.2:
            asked = say(rng, _SAY["ask any"])
    elif draw < 0.32:
        asked, text = say(rng, _SAY["ask long"], h=a(hero)), story(rng, hero, long=True)
    elif draw < 0.40:
        asked, text = _named(rng)
    elif draw < 0.48:
        asked, text = say(rng, ASK + " [about|with|of] {h} and {o}[.|?|, please.|]", h=a(hero), o=a(other)), story(
            rng, hero, other
        )
    else:
        trait = rng.choice(_TRAITS) if rng.random() < 0.2 else None
        asked = say(rng, ASK + _SAY["about hero"], h=a(f"{trait} {hero}" if trait else hero))
        text = story(rng, hero, trait=trait)
        if rng.random() < 0.1:
            asked = say(rng, _SAY["about short"], h=a(hero))
    turns = [(asked, text)]
    if rng.random() < 0.15:
        turns.append((say(rng, ANOTHER), story(rng, rng.choice(everyone))))
    elif rng.random() < 0.12:
        turns.append(_went_on(rng, text))
    elif rng.random() < 0.25:
        again = _anyone(rng)
        turns.append((say(rng, _SAY["now about"], h=a(again)), story(rng, again)))
    return turns
