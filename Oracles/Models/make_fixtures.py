"""Makes the fixtures of ModelsTests: small random checkpoints, and the logits that transformers gives for them.

    python -m venv venv && venv/bin/pip install -r Oracles/Models/requirements.txt
    venv/bin/python Oracles/Models/make_fixtures.py

Writes beside this script one folder a model: the checkpoint as transformers saves it, and
  oracle.json    tokens: the ids that were run
  logits.f32     their logits, [tokens x vocabulary], 32-bit little-endian floats

Weights are rounded to the type they are stored in BEFORE the logits are computed in fp32, so that a reader of
any type has the same numbers. Sizes are no multiples of anything a kernel would like.
"""

import json
import math
import pathlib
import shutil

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config,
    Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM,
)

HERE = pathlib.Path(__file__).parent
TOKENS = 40
SIZES = dict(
    vocab_size=71, hidden_size=64, intermediate_size=88, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=2,
)
LLAMA3 = dict(
    rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=24,
)
YARN = dict(rope_type="yarn", rope_theta=1000.0, factor=4.0, original_max_position_embeddings=16)

# name: (class, config, what is stored, bytes of a shard)
MODELS = {
    # Grouped queries, biases on every linear map, Llama 3.1's rope, two shards with an index.
    "llama": (LlamaForCausalLM, LlamaConfig(
        **SIZES, attention_bias=True, mlp_bias=True, rope_parameters=LLAMA3, tie_word_embeddings=False,
    ), torch.float32, "150KB"),
    # Tied, linearly scaled rope, as many key heads as heads.
    "llama-tied": (LlamaForCausalLM, LlamaConfig(
        **(SIZES | dict(num_key_value_heads=4)), tie_word_embeddings=True,
        rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=2.0),
    ), torch.float16, "1GB"),
    # A window shorter than the text, one key head for all.
    "mistral": (MistralForCausalLM, MistralConfig(
        **(SIZES | dict(num_key_value_heads=1)), sliding_window=7, rms_norm_eps=1e-5, tie_word_embeddings=False,
    ), torch.bfloat16, "1GB"),
    # Biases on q, k and v; a window on the second layer only.
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(
        **SIZES, tie_word_embeddings=True, use_sliding_window=True, sliding_window=19, max_window_layers=1,
        rope_parameters=dict(rope_type="default", rope_theta=1000000.0),
    ), torch.bfloat16, "1GB"),
    # Norms over heads, heads wider than hidden / heads, YaRN.
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(
        **SIZES, head_dim=32, tie_word_embeddings=True, rope_parameters=YARN,
    ), torch.float16, "1GB"),
}


def randomize(model, kind):
    """Weights that make every part matter: logits near 1, attention neither flat nor one-hot."""
    for name, weight in model.named_parameters():
        if name.endswith("bias"):
            weight.data.normal_(0, 0.3)
        elif "norm" in name:
            weight.data.normal_(1, 0.2)
        elif "embed" in name or "lm_head" in name:
            weight.data.normal_(0, 0.5)
        else:
            weight.data.normal_(0, 1.5 / math.sqrt(weight.shape[1]))
        weight.data = weight.data.to(kind).float()


def make(name, model_class, config, kind, shard):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model = model_class(config).eval()
    randomize(model, kind)
    tokens = torch.randint(0, config.vocab_size, (TOKENS,)).tolist()
    model.to(kind).save_pretrained(folder, max_shard_size=shard)
    again = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        logits = again(torch.tensor([tokens])).logits[0].numpy()
    logits.astype("<f4").tofile(folder / "logits.f32")
    (folder / "oracle.json").write_text(json.dumps(dict(tokens=tokens)) + "\n")
    (folder / "generation_config.json").unlink(missing_ok=True)
    print(f"{name:12} logits {np.abs(logits).max():.2f} max, {logits.std():.2f} std",
          sum(file.stat().st_size for file in folder.iterdir()), "bytes")


def main():
    torch.manual_seed(20250701)
    for name, (model_class, config, kind, shard) in MODELS.items():
        make(name, model_class, config, kind, shard)


if __name__ == "__main__":
    main()
