"""How sentences are put together: alternations and articles."""

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
