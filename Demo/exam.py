"""Examines the demo model as its GGUF file holds it: answers wordings that were kept out of the corpus, and judges each answer.

    python exam.py                    # every held-out prompt, greedy and at temperature 0.7
    python exam.py --ask "Hello!"     # one prompt
    python exam.py --against FOLDER   # also compares logits with the weights kept by `train.py --keep`

An answer passes when it ends by its end token, holds one of the expected words, and does not go round in circles.
"""

import argparse
import json
import pathlib
import sys

import torch

import chat
import corpus
import export_gguf
from model import Model, generate

HERE = pathlib.Path(__file__).parent
NEEDED = 0.9


class Examiner:
    """A model with its tokenizer, asked by messages."""

    def __init__(self, path: pathlib.Path) -> None:
        self.model, self.tokenizer = export_gguf.load(path)
        self.end = self.tokenizer.token_to_id(chat.END)

    def answer(self, messages: list[dict[str, str]], temperature: float = 0.0, seed: int = 0) -> tuple[str, bool]:
        """The answer, and whether the model ended it itself."""
        prompt = self.tokenizer.encode(chat.render(messages, add_generation_prompt=True)).ids
        ids = generate(self.model, prompt, self.end, temperature, seed)
        return self.tokenizer.decode(ids, skip_special_tokens=True), ids[-1] == self.end

    def judge(self, case: dict, temperature: float, seed: int) -> tuple[str, str | None]:
        """The answer and what is wrong with it, if anything."""
        text, ended = self.answer(case["messages"], temperature, seed)
        if not ended:
            return text, "does not end"
        if circles(text):
            return text, "repeats itself"
        return text, None if any(word in text for word in case["any"]) else "off the topic"


def circles(text: str, length: int = 6, most: int = 2) -> bool:
    """Whether some run of `length` words comes more than `most` times."""
    words = text.split()
    runs = [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]
    return any(runs.count(run) > most for run in set(runs))


def examine(examiner: Examiner, cases: list[dict], temperature: float) -> float:
    """Prints every answer; returns the share that passed."""
    passed = 0
    for seed, case in enumerate(cases):
        text, fault = examiner.judge(case, temperature, seed)
        passed += fault is None
        print(f"[{fault or 'ok'}] {case['messages'][-1]['content']}\n    {text}", flush=True)
    print(f"== temperature {temperature}: {passed} of {len(cases)}\n", flush=True)
    return passed / len(cases)


def compare(examiner: Examiner, folder: pathlib.Path) -> None:
    """Prints how far the logits of the file are from those of the unquantized weights, over a few conversations."""
    model = Model(examiner.model.shape)
    model.load_state_dict(torch.load(folder / "model.pt"))
    same, total, worst = 0, 0, 0.0
    with torch.no_grad():
        for talk in corpus.conversations(99, 30):
            ids = torch.tensor([examiner.tokenizer.encode(chat.render(talk.messages())).ids]) if talk.turns else None
            if ids is None:
                continue
            exact, stored = model(ids), examiner.model(ids)
            worst = max(worst, ((exact - stored).norm() / exact.norm()).item())
            same, total = same + int((exact.argmax(-1) == stored.argmax(-1)).sum()), total + ids.numel()
    print(
        f"Q8_0 against F32: relative error of logits at most {worst:.4f}; same most likely token at {same / total:.2%}"
        f" of {total} positions"
    )


def main() -> int:
    """The exam; its exit status says whether the model passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, default=HERE / "gleaner-demo-q8_0.gguf")
    parser.add_argument("--cases", type=pathlib.Path, default=HERE / "heldout.json")
    parser.add_argument("--temperatures", type=float, nargs="+", default=[0.0, 0.7])
    parser.add_argument("--against", type=pathlib.Path)
    parser.add_argument("--ask")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    examiner = Examiner(options.model)
    if options.ask is not None:
        print(examiner.answer([{"role": "user", "content": options.ask}])[0])
        return 0
    if options.against:
        compare(examiner, options.against)
    cases = json.loads(options.cases.read_text())
    shares = [examine(examiner, cases, temperature) for temperature in options.temperatures]
    return 0 if min(shares) >= NEEDED else 1


if __name__ == "__main__":
    sys.exit(main())
