"""Makes the demo model from nothing: corpus, tokenizer, training, and the exported GGUF file.

    python train.py            # about half an hour on two quiet cores, with --bf16

Takes no weights and no text from elsewhere. Seeds are fixed; another CPU or torch version still rounds differently.
"""

import argparse
import math
import pathlib
import random
import time

import torch
import torch.nn.functional as F
from torch import Tensor

import chat
import corpus
import export_gguf
from model import Model, Shape

HERE = pathlib.Path(__file__).parent
Example = tuple[list[int], list[bool]]


def examples(tokenizer, conversations: list[corpus.Conversation], context: int) -> list[Example]:
    """Each conversation as ids and marks; those over the context are dropped."""
    out = []
    for item in conversations:
        if item.text is not None:
            ids = tokenizer.encode(item.text + chat.END).ids
            out.append((ids, [True] * len(ids)))
        else:
            out.append(chat.encoded(tokenizer, item.messages()))
    return [example for example in out if len(example[0]) <= context]


def batches(sample: list[Example], tokens: int, pad: int, seed: int) -> list[tuple[Tensor, Tensor]]:
    """Batches of about `tokens` tokens in random order, each of examples of similar length; a label of -100 is not learnt."""
    rng = random.Random(seed)
    order = sorted(range(len(sample)), key=lambda i: (len(sample[i][0]) + rng.random() * 8))
    out, start = [], 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop - start + 1) * len(sample[order[stop]][0]) <= tokens:
            stop += 1
        out.append(_padded([sample[i] for i in order[start:stop]], pad))
        start = stop
    rng.shuffle(out)
    return out


def _padded(group: list[Example], pad: int) -> tuple[Tensor, Tensor]:
    """Ids and the labels one step ahead, [examples × longest]."""
    longest = max(len(ids) for ids, _ in group)
    ids = torch.full((len(group), longest), pad)
    labels = torch.full((len(group), longest), -100)
    for row, (tokens, learnt) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        ahead = [token if mark else -100 for token, mark in zip(tokens[1:], learnt[1:])]
        labels[row, : len(ahead)] = torch.tensor(ahead)
    return ids, labels


def loss_of(model: Model, ids: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy over the labels that count; logits are made for those only."""
    counted = labels != -100
    return F.cross_entropy(model.states(ids)[counted] @ model.token_embd.weight.T, labels[counted])


def optimizers(model: Model, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings and norms."""
    inner = [weight for name, weight in model.named_parameters() if weight.dim() == 2 and name.startswith("blk")]
    norms = [weight for weight in model.parameters() if weight.dim() == 1]
    return [
        torch.optim.Muon(inner, lr=rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(
            [{"params": [model.token_embd.weight], "weight_decay": 0.01}, {"params": norms, "weight_decay": 0.0}],
            lr=rate,
            betas=(0.9, 0.98),
        ),
    ]


def schedule(step: int, steps: int, warmup: int = 60) -> float:
    """A short linear start, then a cosine down to two percent."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def train(
    model: Model, work: list[tuple[Tensor, Tensor]], check: list[tuple[Tensor, Tensor]], rate: float, half: bool
) -> None:
    """One pass over the work, with the loss on unseen conversations now and then; `half`: matrix products in bfloat16."""
    parts = optimizers(model, rate)
    started = time.monotonic()
    for step, (ids, labels) in enumerate(work):
        for part in parts:
            for group in part.param_groups:
                group["lr"] = rate * schedule(step, len(work))
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = loss_of(model, ids, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for part in parts:
            part.step()
            part.zero_grad(set_to_none=True)
        if step % 100 == 0 or step + 1 == len(work):
            with torch.no_grad():
                unseen = sum(loss_of(model, *batch).item() for batch in check) / len(check)
            print(
                f"step {step}/{len(work)} loss {loss.item():.3f} unseen {unseen:.3f}"
                f" {time.monotonic() - started:.0f} s",
                flush=True,
            )


def main() -> None:
    """Corpus, tokenizer, training, export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--conversations", type=int, default=90000)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument(
        "--bf16", action="store_true", help="matrix products in bfloat16: faster on a CPU that has AVX512-BF16 or AMX"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "gleaner-demo-q8_0.gguf")
    parser.add_argument(
        "--keep", type=pathlib.Path, help="also keep the unquantized weights and the tokenizer in this folder"
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    shape = Shape()
    talks = corpus.conversations(options.seed, options.conversations)
    texts = [
        text
        for talk in talks[:12000]
        for text in ([talk.text] if talk.text else [m["content"] for m in talk.messages()])
    ]
    tokenizer = chat.train_tokenizer(texts, shape.vocabulary)
    pad, end = tokenizer.token_to_id(chat.END_OF_TEXT), tokenizer.token_to_id(chat.END)
    sample = examples(tokenizer, talks, shape.context)
    work = batches(sample, options.batch_tokens, pad, options.seed)
    check = batches(
        examples(tokenizer, corpus.conversations(options.seed + 1, 40), shape.context), options.batch_tokens, pad, 0
    )
    model = Model(shape)
    print(
        f"{sum(p.numel() for p in model.parameters()):,} parameters, {sum(len(ids) for ids, _ in sample):,} tokens,"
        f" {len(work)} steps",
        flush=True,
    )
    train(model, work, check, options.rate, options.bf16)
    export_gguf.export(model, tokenizer, options.out)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        torch.save(model.state_dict(), options.keep / "model.pt")
        tokenizer.save(str(options.keep / "tokenizer.json"))
    print(f"wrote {options.out.name}, {options.out.stat().st_size:,} bytes; end token {end}")


if __name__ == "__main__":
    main()
