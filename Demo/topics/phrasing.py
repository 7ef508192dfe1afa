"""How sentences are put together: alternations, articles, and the mess that people make when they type."""

import random

Turns = list[tuple[str, str]]


def say(rng: random.Random, template: str, **slots: object) -> str:
    """Expands `[a|b|]` alternations (they nest), then fills `{slots}`."""
    text, _ = _expand(rng, template, 0)
    return text.format(**slots) if slots else text


def _expand(rng: random.Random, template: str, start: int) -> tuple[str, int]:
    """Expands from `start` to the closing bracket (or the end); returns the text and where it stopped."""
    options, current, at = [], [], start
    while at < len(template):
        mark = template[at]
        if mark == "[":
            inner, at = _expand(rng, template, at + 1)
            current.append(inner)
        elif start > 0 and mark == "|":
            options.append("".join(current))
            current = []
        elif start > 0 and mark == "]":
            break
        else:
            current.append(mark)
        at += 1
    options.append("".join(current))
    return rng.choice(options), at


def a(noun: str) -> str:
    """The noun with its indefinite article."""
    return ("an " if noun[0].lower() in "aeiou" else "a ") + noun


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def listed(words: list[str], joiner: str = "and") -> str:
    """`x, y and z`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" {joiner} " + words[-1]


ABOUT = (
    "[Tell me [something |]about|What [can|could] you [tell me|say] about|What do you know about|Do you know"
    " [anything|something] about|Talk to me about|Give me [a fact|some facts|information] about|Teach me about|I want"
    " to [know|learn|hear] [more |]about|Explain|Describe|Let us talk about|I have a question about|Say something"
    " about|Can you [explain|describe|talk about]|Could you tell me [more |]about|I would like to [know|hear] about|Do"
    " you know|Any facts about|How about|Inform me about] {x}[.|?|]"
)
"""A question frame for any noun phrase `x`."""

ANOTHER = (
    "[Another[ one|][, please|]|One more[, please|]|Again|More|Tell me another[ one|]|Give me another[ one|]|Do"
    " another[ one|]|Do you have another[ one|]?|Can I have [another|one more][, please|]?|Next[ one|]|And another["
    " one|]?|More, please|I want another one|A different one[, please|]]"
)
"""A wish for one more of the same."""

_PREFIXES = [
    "hey",
    "hi",
    "hello",
    "ok",
    "okay",
    "so",
    "please",
    "um",
    "well",
    "now",
    "good",
    "right",
    "hm",
    "yo",
    "and",
    "then",
    "cool",
    "thanks",
    "great",
    "nice",
    "quick question:",
    "hey there",
    "alright",
    "hi there",
    "excuse me",
    "sorry",
]
_SUFFIXES = [
    "please",
    "thanks",
    "pls",
    ":)",
    "my friend",
    "for me",
    "now",
    "thank you",
    "!",
    "...",
    "??",
    "plz",
    "if you can",
    "again",
]
_NEIGHBOURS = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "w",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
_SHORT = {
    "you": "u",
    "are": "r",
    "please": "pls",
    "what is": "what's",
    "who is": "who's",
    "where is": "where's",
    "I am": "I'm",
    "do not": "don't",
    "can not": "can't",
    "cannot": "can't",
    "thank you": "thanks",
    "tell me": "gimme",
    "want to": "wanna",
    "it is": "it's",
    "I would": "I'd",
    "how is": "how's",
    "let us": "let's",
    "you are": "you're",
}


def typed(rng: random.Random, text: str) -> str:
    """The text as somebody might type it: contractions, lower case, lost punctuation, small words around it, a typo."""
    if rng.random() < 0.25:
        text = _shortened(rng, text)
    if rng.random() < 0.12:
        text = rng.choice(_PREFIXES) + rng.choice([" ", ", "]) + text[:1].lower() + text[1:]
        text = text if rng.random() < 0.5 else capital(text)
    if rng.random() < 0.06:
        text = text.rstrip(".?!") + rng.choice([" ", ", "]) + rng.choice(_SUFFIXES)
    if rng.random() < 0.35:
        text = text.rstrip(".?!")
    elif rng.random() < 0.1:
        text = text.rstrip(".?!") + rng.choice([" ?", "!", "??", "...", "!!", ".", "?"])
    draw = rng.random()
    text = text.lower() if draw < 0.38 else text.upper() if draw < 0.40 else text
    return _mistyped(rng, text) if rng.random() < 0.14 else text


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
