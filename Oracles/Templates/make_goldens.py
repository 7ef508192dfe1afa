"""Renders the cases in `cases/` with transformers and writes what came out to `snippets.json`, which Swift's tests replay.

    python Oracles/Templates/make_goldens.py

Needs transformers 5.23 and jinja2 3.1.6 (CPython 3.11, whose messages the errors are). Every case is rendered with
the one context below, as `apply_chat_template` renders.
"""

import datetime
import importlib
import json
import re
import sys
import traceback
from pathlib import Path

import jinja2
import transformers
import transformers.utils.chat_template_utils as reference

NOW = datetime.datetime(2025, 7, 6, 14, 5, 9, 1234)

CONTEXT = {
    "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}],
    "user": {
        "name": "Mia",
        "age": 31,
        "two": 2,
        "tags": ["x", "y"],
        "address": {"city": "Oslo", "zip": None},
    },
    "users": [
        {"name": "Ann", "age": 30, "city": "Oslo", "active": True, "address": {"city": "Oslo"}},
        {"name": "bob", "age": 25, "city": "Bergen", "active": False, "address": {"city": "Bergen"}},
        {"name": "Cy", "age": 35, "city": "Oslo", "active": True, "address": {"city": "Alta"}},
    ],
    "numbers": [1, -2, 3],
    "pairs": [[1, "a"], [2, "b"]],
    "deep": {"a": {"b": {"c": [{"d": "e"}]}}},
    "schema": {"type": "array", "items": {"type": "string"}},
    "tree": [{"name": "a", "children": [{"name": "b", "children": []}, {"name": "c"}]}, {"name": "d"}],
    "text": "hello World",
    "emoji": "😀é",
    "combining": "e\u0301",
    "composed": "\u00e9",
    "flag": "🇩🇪",
    "big": 9007199254740993,
    "float": 0.1,
    "whole": 3.0,
    "neg": -7,
    "inf_text": "inf",
}


class FixedTime(datetime.datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz=None):
        return NOW


def split_cases(name):
    """The cases of a module: one a line; a line that ends in a backslash goes on with the next."""
    text = importlib.import_module(f"cases.{name}").CASES.strip("\n")
    if name == "whitespace":
        escapes = {"n": "\n", "t": "\t", "s": " ", "r": "\r", "\\": "\\"}
        written = [re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), line) for line in text.split("\n")]
        return [re.sub(r"\\([ntsr\\])", lambda match: escapes[match[1]], line) for line in written]
    cases = []
    for line in text.split("\n"):
        if cases and cases[-1].endswith("\\"):
            cases[-1] += "\n" + line
        else:
            cases.append(line)
    return cases


def render(case):
    context = dict(CONTEXT)
    messages = context.pop("messages")
    tools = context.pop("tools")
    try:
        texts, _ = reference.render_jinja_template([messages], tools=tools, chat_template=case, **context)
        return {"text": texts[0]}
    except Exception as error:  # noqa: BLE001 - every error is a golden
        # Where CPython finds a fault in the code that jinja2 wrote is no business of the template's.
        message = re.sub(r" \(<template>, line \d+\)$", "", str(error))
        line = line_of(error)
        return {"error": f"{type(error).__name__}: {message}"} | ({"line": line} if line else {})


def line_of(error):
    """The line of the template that the error is about, if jinja2 knows it."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return frames[-1].lineno if frames else None


def main():
    assert (transformers.__version__, jinja2.__version__) == ("5.23.0", "3.1.6"), "another reference"
    reference.datetime = FixedTime
    sys.path.insert(0, str(Path(__file__).parent))
    cases = []
    for name in ("expressions", "statements", "whitespace", "filters", "tests"):
        for case in split_cases(name):
            cases.append({"topic": name, "template": case, **render(case)})
    fixture = {
        "reference": f"transformers {transformers.__version__}, jinja2 {jinja2.__version__}",
        "now": [NOW.year, NOW.month, NOW.day, NOW.hour, NOW.minute, NOW.second, NOW.microsecond],
        "context": CONTEXT,
        "cases": cases,
    }
    target = Path(__file__).parent / "snippets.json"
    target.write_text(json.dumps(fixture, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(cases)} cases")


main()
