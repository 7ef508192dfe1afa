"""Words: opposites, rhymes, plurals."""

import random

from .facts import asked, follow, read, wordings
from .nouns import HEROES, THINGS, made_up
from .phrasing import Turns, capital, say

_SAY = wordings("words.txt")

_OPPOSITES = """hot cold;big small;fast slow;happy sad;day night;up down;left right;good bad;old new;young old;light dark;high low;long short;full empty;open closed;wet dry
hard soft;loud quiet;rich poor;strong weak;clean dirty;early late;near far;black white;summer winter;sweet sour;heavy light;easy difficult;right wrong;first last;thick thin;wide narrow
begin end;love hate;win lose;laugh cry;inside outside;always never;hello goodbye;yes no;true false;warm cool;deep shallow;sharp blunt;brave afraid;friend enemy;more less;give take"""
OPPOSITES = [tuple(pair.split()) for pair in _OPPOSITES.replace("\n", ";").split(";")]
_RHYMES = (
    "cat hat mat;moon spoon noon;sun fun run;tree bee sea;house mouse;night light bright;day way play;rain train"
    " plane;snow blow grow;sky high fly;star far car;dog frog log;book cook look;bell well tell;ring king sing;boat"
    " coat goat;cake lake snake;bear hair chair;door floor four;fish dish wish"
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALPHABET = read("alphabet.txt")
RHYMES = [row.split() for row in _RHYMES.split(";")]
_PLURALS = (
    "mouse mice;child children;foot feet;tooth teeth;goose geese;man men;woman women;sheep sheep;leaf leaves;wolf"
    " wolves;knife knives;house houses;city cities;box boxes;baby babies;fox foxes;book books;person people;cat"
    " cats;tree trees"
)
PLURALS = [tuple(pair.split()) for pair in _PLURALS.split(";")]


def _opposite(rng: random.Random) -> Turns:
    """The opposite of a word, and of another."""
    pairs = [
        rng.choice([pair, pair[::-1]]) if pair[1] not in ("light", "old", "right", "small") else pair
        for pair in rng.sample(OPPOSITES, 2)
    ]
    (x, y), (u, v) = pairs
    turns = [(say(rng, _SAY["ask opposite"], x=x), f"The opposite of {x} is {y}.")]
    return turns + (
        [(follow(rng, rng.choice([u, "of " + u])), f"The opposite of {u} is {v}.")] if rng.random() < 0.35 else []
    )


def _rhyme(rng: random.Random) -> Turns:
    """Words that rhyme."""
    family = rng.choice(RHYMES)
    word, *others = rng.sample(family, len(family))
    answer = f"{capital(word)} rhymes with {' and '.join(others)}."
    return [(say(rng, _SAY["ask rhyme"], x=word), answer)]


def _plural(rng: random.Random) -> Turns:
    """The plural of a noun."""
    one, many = rng.choice(PLURALS)
    return [(say(rng, _SAY["ask plural"], x=one), f"The plural of {one} is {many}.")]


def _letters(rng: random.Random) -> Turns:
    """The alphabet."""
    if rng.random() < 0.6:
        return asked(rng, _ALPHABET)
    at = rng.randrange(25)
    return [(say(rng, _SAY["next letter"], x=ALPHABET[at]), f"{ALPHABET[at + 1]} comes after {ALPHABET[at]}.")]


def _repeat(rng: random.Random) -> Turns:
    """A few words to say after the user: what the model can only do by looking back."""
    some = [
        rng.choice(THINGS + HEROES) if rng.random() < 0.7 else made_up(rng)
        for _ in range(rng.choice([1, 1, 2, 3, 4, 6]))
    ]
    text = (
        " ".join(some)
        if rng.random() < 0.6
        else say(rng, "[the|my|a|one] {x} [is|was|and the|in the|of the] {y}", x=some[0], y=rng.choice(THINGS))
    )
    return [(say(rng, _SAY["ask repeat"], x=rng.choice([text, f'"{text}"'])), capital(text) + ".")]


def _unknown(rng: random.Random) -> Turns:
    """A word whose opposite or rhyme the model does not know."""
    word = rng.choice(THINGS) if rng.random() < 0.6 else made_up(rng)
    if rng.random() < 0.5:
        return [
            (
                say(rng, _SAY["unknown opposite"], x=word),
                f"I do not know an opposite of {word}. Ask me about a simple word like hot, big or happy.",
            )
        ]
    return [
        (
            say(rng, "[What rhymes with {x}|A rhyme for {x}|Which words rhyme with {x}][?|]", x=word),
            f"I do not know a rhyme for {word}. Ask me about a simple word like cat, moon or tree.",
        )
    ]


def exchanges(rng: random.Random) -> Turns:
    """One question about a word."""
    return rng.choices([_opposite, _rhyme, _plural, _letters, _repeat, _unknown], [40, 12, 9, 11, 20, 8])[0](rng)
