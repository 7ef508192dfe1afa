"""The demo model: a small Qwen3-shaped transformer (grouped-query attention with normed queries and keys, SwiGLU, tied embeddings)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """Sizes of the model. Every row of a matrix is a multiple of 32 values, as Q8_0 needs."""

    vocabulary: int = 2048
    hidden: int = 160
    layers: int = 6
    heads: int = 6
    kv_heads: int = 2
    head: int = 32
    feed_forward: int = 384
    context: int = 2048
    rope_base: float = 10000.0
    epsilon: float = 1e-6


class Block(nn.Module):
    """One layer: attention, then the feed-forward network, each behind a norm and beside a residual."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        wide, narrow = shape.heads * shape.head, shape.kv_heads * shape.head
        self.attn_norm = nn.RMSNorm(shape.hidden, shape.epsilon)
        self.attn_q = nn.Linear(shape.hidden, wide, bias=False)
        self.attn_k = nn.Linear(shape.hidden, narrow, bias=False)
        self.attn_v = nn.Linear(shape.hidden, narrow, bias=False)
        self.attn_q_norm = nn.RMSNorm(shape.head, shape.epsilon)
        self.attn_k_norm = nn.RMSNorm(shape.head, shape.epsilon)
        self.attn_output = nn.Linear(wide, shape.hidden, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.hidden, shape.epsilon)
        self.ffn_gate = nn.Linear(shape.hidden, shape.feed_forward, bias=False)
        self.ffn_up = nn.Linear(shape.hidden, shape.feed_forward, bias=False)
        self.ffn_down = nn.Linear(shape.feed_forward, shape.hidden, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """`x` [batch × time × hidden] to the same."""
        x = x + self.attention(self.attn_norm(x), cosine, sine)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))

    def attention(self, h: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """Causal attention over normed input `h` [batch × time × hidden]."""
        batch, time, _ = h.shape
        split = lambda y, heads: y.view(batch, time, heads, self.shape.head)
        q = turned(self.attn_q_norm(split(self.attn_q(h), self.shape.heads).float()).transpose(1, 2), cosine, sine)
        k = turned(self.attn_k_norm(split(self.attn_k(h), self.shape.kv_heads).float()).transpose(1, 2), cosine, sine)
        v = split(self.attn_v(h), self.shape.kv_heads).transpose(1, 2)
        with torch.autocast("cpu", enabled=False):  # attention is slower in bfloat16
            mixed = F.scaled_dot_product_attention(q, k, v.float(), is_causal=True, enable_gqa=True)
        return self.attn_output(mixed.transpose(1, 2).reshape(batch, time, -1))


def turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary positions: the first half of a head against the second (the "neox" order of Qwen)."""
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine


class Model(nn.Module):
    """Token ids to logits over the next token."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.hidden)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.hidden, shape.epsilon)
        frequency = shape.rope_base ** (-torch.arange(0, shape.head, 2) / shape.head)
        angle = torch.outer(torch.arange(shape.context, dtype=torch.float32), frequency).repeat(1, 2)
        self.register_buffer("cosine", angle.cos(), persistent=False)
        self.register_buffer("sine", angle.sin(), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        """Small normal weights; what is added to the residual smaller still, by the depth."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                narrow = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, std=0.03 / (2 * self.shape.layers) ** 0.5 if narrow else 0.03)

    def states(self, ids: Tensor) -> Tensor:
        """Final normed states [batch × time × hidden] of ids [batch × time]."""
        time = ids.shape[1]
        x = self.token_embd(ids)
        for block in self.blk:
            x = block(x, self.cosine[:time], self.sine[:time])
        return self.output_norm(x)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits [batch × time × vocabulary]."""
        return self.states(ids) @ self.token_embd.weight.T


@torch.no_grad()
def generate(
    model: Model, prompt: list[int], end: int, temperature: float = 0.0, seed: int = 0, most: int = 600
) -> list[int]:
    """Tokens after the prompt, up to and with `end`: the most likely ones, or sampled at a temperature."""
    random, ids = torch.Generator().manual_seed(seed), list(prompt)
    while len(ids) - len(prompt) < most and len(ids) < model.shape.context:
        logits = model.states(torch.tensor([ids]))[0, -1] @ model.token_embd.weight.T
        if temperature > 0:
            ids.append(int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=random)))
        else:
            ids.append(int(logits.argmax()))
        if ids[-1] == end:
            break
    return ids[len(prompt) :]
