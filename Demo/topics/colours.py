"""Colours: of things, mixed, and of the rainbow."""

import random

from .facts import asked, follow, read, wordings
from .phrasing import ABOUT, Turns, capital, say

_SAY = wordings("colours.txt")

_THINGS = """grass:green leaves:green frogs:green cucumbers:green the_sky:blue the_sea:blue blueberries:blue blood:red tomatoes:red strawberries:red roses:red cherries:red
bananas:yellow the_sun:yellow lemons:yellow corn:yellow sunflowers:yellow butter:yellow carrots:orange oranges:orange pumpkins:orange snow:white milk:white salt:white clouds:white sugar:white rice:white swans:white
coal:black the_night:black ravens:black tyres:black chocolate:brown wood:brown coffee:brown bears:brown earth:brown elephants:grey mice:grey stones:grey rain_clouds:grey ash:grey
flamingos:pink pigs:pink plums:purple lavender:purple aubergines:purple gold:yellow silver:grey foxes:red ladybirds:red fire_engines:red peas:green spinach:green""".split()
_OF = {pair.split(":")[0].replace("_", " "): pair.split(":")[1] for pair in _THINGS}
_ONE = {
    "frogs",
    "leaves",
    "cucumbers",
    "tomatoes",
    "strawberries",
    "roses",
    "cherries",
    "bananas",
    "lemons",
    "sunflowers",
    "carrots",
    "oranges",
    "pumpkins",
    "swans",
    "ravens",
    "bears",
    "elephants",
    "stones",
    "flamingos",
    "pigs",
    "plums",
    "aubergines",
}
_MIXED = {
    ("red", "yellow"): "orange",
    ("blue", "yellow"): "green",
    ("red", "blue"): "purple",
    ("red", "white"): "pink",
    ("black", "white"): "grey",
    ("red", "green"): "brown",
    ("blue", "white"): "light blue",
    ("black", "red"): "dark red",
}
_COLOURS = {
    "red": "Red is the colour of strawberries, roses and fire engines. It is a warm and strong colour.",
    "blue": "Blue is the colour of the sky and the sea. It is a calm and cool colour.",
    "green": "Green is the colour of grass and leaves. It is a fresh and quiet colour.",
    "yellow": "Yellow is the colour of the sun, of lemons and of sunflowers. It is a bright and happy colour.",
    "orange": "Orange is the colour of carrots and pumpkins. You get it when you mix red and yellow.",
    "purple": "Purple is the colour of plums and lavender. You get it when you mix red and blue.",
    "pink": "Pink is the colour of flamingos and pigs. You get it when you mix red and white.",
    "black": "Black is the colour of the night and of coal. It is the darkest colour.",
    "white": "White is the colour of snow, milk and clouds. It is the brightest colour.",
    "brown": "Brown is the colour of wood, chocolate and bears. It is a warm colour.",
    "grey": "Grey is the colour of elephants, stones and rain clouds. You get it when you mix black and white.",
}
_FACTS = read("colours.txt")


def _thing(rng: random.Random) -> Turns:
    """The colour of a thing, or things of a colour."""
    thing, second = rng.sample(list(_OF), 2)

    def verb(x: str) -> str:
        return "are" if x.endswith("s") and x not in ("grass",) or x == "mice" else "is"

    if rng.random() < 0.25:
        colour = rng.choice(list(_COLOURS))
        things = [x for x, c in _OF.items() if c == colour][:3]
        return [
            (
                say(
                    rng,
                    _SAY["things of a colour"],
                    c=colour,
                ),
                f"{capital(', '.join(things[:-1]))} and {things[-1]} are {colour}.",
            )
        ]
    turns = [
        (
            say(
                rng,
                ("[What|Which] [colour|color] {v} {x}?" if rng.random() < 0.75 else (_SAY["colour of a thing"])),
                v=verb(thing),
                x=thing,
            ),
            f"{capital(thing)} {verb(thing)} {_OF[thing]}.",
        )
    ]
    if rng.random() < 0.3:
        turns.append((follow(rng, second), f"{capital(second)} {verb(second)} {_OF[second]}."))
    return turns


def _mix(rng: random.Random) -> Turns:
    """Two colours mixed."""
    (x, y), result = rng.choice(list(_MIXED.items()))
    if rng.random() < 0.5:
        x, y = y, x
    if rng.random() < 0.35:
        return [
            (
                say(
                    rng,
                    _SAY["mix for a colour"],
                    c=result,
                ),
                f"Mix {x} and {y} to get {result}.",
            )
        ]
    turns = [
        (
            say(
                rng,
                _SAY["mix"],
                x=x,
                y=y,
            ),
            f"When you mix {x} and {y}, you get {result}.",
        )
    ]
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
