"""Reads the files of `data/`, and makes exchanges of what is in them.

Lines that begin with `#` are remarks. `[a|b]` in a text is an alternation (see `phrasing.say`).
"""

import pathlib
import random

from .phrasing import Turns, say

Facts = list[tuple[list[str], str]]
_FOLDER = pathlib.Path(__file__).parent.parent / "data"


def lines(name: str) -> list[str]:
    """The lines of a file without its remarks."""
    return [line for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def rows(name: str, separator: str = " | ") -> list[list[str]]:
    """A table: one row in each line, its cells between bars."""
    return [line.split(separator) for line in lines(name) if line]


def paragraphs(name: str) -> list[list[str]]:
    """The lines of a file, cut at empty ones."""
    blocks = "\n".join(lines(name)).strip("\n").split("\n\n")
    return [block.split("\n") for block in blocks]


def themed(name: str) -> dict[str, list[str]]:
    """Paragraphs that begin with `@ theme`: the lines below it, by theme."""
    return {first.removeprefix("@ "): rest for first, *rest in paragraphs(name)}


_LISTS = {name: " ".join(block).split(", ") for name, block in themed("lists.txt").items()}


def wordings(name: str) -> dict[str, str]:
    """Templates for `say` by their names; a template goes on in lines that begin with two spaces."""
    return {
        key: "".join([rest[0], *(line.removeprefix("  ") for line in rest[1:])])
        for key, rest in themed(f"wordings/{name}").items()
    }


def words(name: str) -> list[str]:
    """One list of `lists.txt`."""
    return _LISTS[name]


def read(name: str) -> Facts:
    """Facts: in each paragraph, phrasings of a question with ` | ` between them, then `= ` and the answer."""
    out = []
    for block in paragraphs(name):
        start = next(at for at, line in enumerate(block) if line.startswith("= "))
        questions = [phrasing for line in block[:start] for phrasing in line.split(" | ")]
        out.append((questions, " ".join(line[2:] for line in block[start:])))
    return out


def asked(rng: random.Random, facts: Facts) -> Turns:
    """One fact: its question, in its first phrasing more often than in others, and its answer."""
    questions, answer = rng.choice(facts)
    question = questions[0] if rng.random() < 0.2 else rng.choice(questions)
    return [(say(rng, question), say(rng, answer))]


def follow(rng: random.Random, noun: str) -> str:
    """A question that only makes sense after the same one about something else."""
    return say(rng, "[And|What about|How about|And what about|Now|and] {x}[?|]", x=noun)
