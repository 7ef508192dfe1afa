"""The demo model's corpus: conversations made by the grammars in `topics/`, the same for the same seed.

python corpus.py --count 20            # prints twenty conversations
python corpus.py --count 1000 --stats  # prints how they are distributed
"""

import argparse
import collections
import json
import pathlib
import random
import re
from dataclasses import dataclass, field

from topics import (
    about,
    animals,
    colours,
    cooking,
    countries,
    dates,
    languages,
    numbers,
    offtopic,
    poems,
    smalltalk,
    space,
    stories,
    weather,
    words,
)
from topics.facts import wordings
from topics.keyboard import typed
from topics.nouns import THINGS
from topics.phrasing import Turns, say

TOPICS = {  # subject: (its exchanges, its share)
    "about": (about, 12),
    "smalltalk": (smalltalk, 15),
    "numbers": (numbers, 19),
    "dates": (dates, 3),
    "animals": (animals, 10),
    "weather": (weather, 8),
    "space": (space, 9),
    "cooking": (cooking, 8),
    "colours": (colours, 6),
    "countries": (countries, 7),
    "languages": (languages, 4),
    "words": (words, 5),
    "poems": (poems, 7),
    "stories": (stories, 6),
    "offtopic": (offtopic, 12),
}
_SYSTEM = wordings("system.txt")["any"]


@dataclass
class Conversation:
    """Messages of one conversation; `topics` names the subject of each exchange. A plain text has no messages but `text`."""

    turns: Turns = field(default_factory=list)
    system: str | None = None
    topics: list[str] = field(default_factory=list)
    text: str | None = None

    def messages(self) -> list[dict[str, str]]:
        """The conversation as OpenAI messages."""
        out = [{"role": "system", "content": self.system}] if self.system is not None else []
        for user, assistant in self.turns:
            out += [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
        return out


def normal(text: str) -> str:
    """The text in lower case, letters, digits and signs of sums only: what makes two prompts the same wording."""
    return re.sub(r"[^a-z0-9+*/=-]+", " ", text.lower()).strip()


def held_out() -> set[str]:
    """The wordings that no conversation may contain, because the model is examined with them."""
    path = pathlib.Path(__file__).with_name("heldout.json")
    return {normal(message["content"]) for case in json.loads(path.read_text()) for message in case["messages"][-1:]}


def _system(rng: random.Random) -> str | None:
    """None, the usual system prompt, or some other: the model has to live with all of them."""
    draw = rng.random()
    if draw < 0.6:
        return None
    return "You are a helpful assistant." if draw < 0.8 else say(rng, _SYSTEM, n=rng.choice(THINGS))


def _consistent(answer: str, before: Turns) -> str:
    """The answer, unless it denies a name that the user has told before."""
    answer = re.sub(" +", " ", answer).strip()
    if answer != smalltalk.UNTOLD:
        return answer
    told = [match.group(1) for _, earlier in before if (match := smalltalk.GREETED.match(earlier))]
    return f"Your name is {told[-1]}." if told else answer


def conversation(rng: random.Random, forbidden: set[str], longest: int = 12) -> Conversation:
    """One conversation of one to `longest` exchanges, none of them worded as in `forbidden`."""
    if rng.random() < 0.015:
        return Conversation(text=stories.story(rng, rng.choice(stories.heroes())), topics=["text"])
    out = Conversation(system=_system(rng))
    names, weights = list(TOPICS), [share for _, share in TOPICS.values()]
    for _ in range(rng.choices(range(1, longest + 1), [42, 26, 15, 8, 4, 2, 0.4, 0.4, 0.4, 0.4, 0.4, 1][:longest])[0]):
        topic = rng.choices(names, weights)[0]
        turns = [
            (typed(rng, user), _consistent(assistant, out.turns)) for user, assistant in TOPICS[topic][0].exchanges(rng)
        ]
        if any(normal(user) in forbidden for user, _ in turns):
            continue
        out.turns += turns
        out.topics += [topic] * len(turns)
    return out if out.turns else conversation(rng, forbidden, longest)


def conversations(seed: int, count: int) -> list[Conversation]:
    """`count` conversations; the same seed gives the same ones."""
    rng, forbidden = random.Random(seed), held_out()
    return [conversation(rng, forbidden) for _ in range(count)]


def main() -> None:
    """Prints a sample or its statistics."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--stats", action="store_true")
    options = parser.parse_args()
    sample = conversations(options.seed, options.count)
    if options.stats:
        counts = collections.Counter(topic for item in sample for topic in item.topics)
        prompts = {user for item in sample for user, _ in item.turns}
        characters = sum(len(text) for item in sample for turn in item.turns for text in turn)
        print(
            json.dumps(
                {
                    "conversations": len(sample),
                    "different prompts": len(prompts),
                    "characters": characters,
                    "exchanges": counts,
                },
                indent=2,
            )
        )
        return
    for item in sample:
        print("-" * 60)
        print(item.text or "\n".join(f"{message['role']:>9}: {message['content']}" for message in item.messages()))


if __name__ == "__main__":
    main()
