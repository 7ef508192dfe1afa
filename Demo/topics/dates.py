"""Days of the week and months of the year."""

import random

from .facts import wordings
from .phrasing import Turns, listed, say

_SAY = wordings("numbers.txt")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
_LENGTHS = dict(zip(MONTHS, "31 28 31 30 31 30 31 31 30 31 30 31".split()))
_SEASONS = dict(
    zip(MONTHS, "winter winter spring spring spring summer summer summer autumn autumn autumn winter".split())
)


def exchanges(rng: random.Random) -> Turns:
    """Days of the week and months of the year."""
    i, j = rng.randrange(7), rng.randrange(12)
    day, month = DAYS[i], MONTHS[j]
    options = [
        (_SAY["day after"], f"The day after {day} is {DAYS[(i + 1) % 7]}."),
        (_SAY["day before"], f"The day before {day} is {DAYS[i - 1]}."),
        (_SAY["month after"], f"The month after {month} is {MONTHS[(j + 1) % 12]}."),
        (_SAY["month before"], f"The month before {month} is {MONTHS[j - 1]}."),
        (
            _SAY["days in month"],
            f"{month} has {_LENGTHS[month]} days." + (" In a leap year it has 29." if j == 1 else ""),
        ),
        (_SAY["season of month"], f"In the north, {month} is in {_SEASONS[month]}."),
        (_SAY["days of week"], f"The days of the week are {listed(DAYS)}."),
        (_SAY["months of year"], f"The months of the year are {listed(MONTHS)}."),
        (_SAY["days in week"], "A week has seven days."),
        ("How many [months are [there |]in a year|months does a year have]?", "A year has twelve months."),
        (_SAY["days in year"], "A year has 365 days. A leap year has 366."),
        (_SAY["hours in day"], "A day has twenty-four hours."),
        (_SAY["minutes in hour"], "An hour has sixty minutes."),
        (_SAY["seconds in minute"], "A minute has sixty seconds."),
        (
            "How many seasons are there?|How many seasons does a year have?",
            "There are four seasons: spring, summer, autumn and winter.",
        ),
    ]
    asked, answer = rng.choice(options)
    return [(say(rng, f"[{asked}]", d=day, m=month), answer)]
