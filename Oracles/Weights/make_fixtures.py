"""Makes the fixtures of WeightsTests with the reference packages, so that our readers are held against
files and numbers that we did not make ourselves.

    python -m venv venv && venv/bin/pip install gguf safetensors numpy
    venv/bin/python Oracles/Weights/make_fixtures.py

Writes beside this script:
  types.gguf   one tensor of each type, metadata of each type (gguf.GGUFWriter)
  types.json   what is in it: the decoded weights, and for the types with an encoder its input
  shards/      a Hugging Face directory of two safetensors shards with an index
"""

import json
import pathlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf.quants import dequantize, quantize
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20240601)


def half(count):
    """Finite fp16 scales of both signs and many magnitudes, a subnormal and a zero among them."""
    values = (rng.standard_normal(count) * 10.0 ** rng.integers(-4, 1, count)).astype(np.float16)
    values[0] = np.float16(6e-8)
    values[-1] = np.float16(0)
    return values.view(np.uint8).reshape(count, 2)


def random_blocks(kind, blocks):
    """Blocks with random bits in every field; scales (fp16) are finite."""
    def bits(size):
        return rng.integers(0, 256, (blocks, size), dtype=np.uint8)

    fields = {
        Type.Q4_0: lambda: [half(blocks), bits(16)],
        Type.Q8_0: lambda: [half(blocks), bits(32)],
        Type.Q4_K: lambda: [half(blocks), half(blocks), bits(12), bits(128)],
        Type.Q5_K: lambda: [half(blocks), half(blocks), bits(12), bits(32), bits(128)],
        Type.Q6_K: lambda: [bits(128), bits(64), bits(16), half(blocks)],
    }
    return np.concatenate(fields[kind](), axis=1)


def floats(rows, columns):
    values = rng.standard_normal((rows, columns)).astype(np.float32)
    values[0, :4] = [0.0, -0.0, 1e-7, -65504.0]
    values[1, :] = 0
    return values


def tensors():
    """name -> (type, stored array, decoded floats, encoder input or None), shape [3, n]."""
    made = {}
    for kind in (Type.F32, Type.F16, Type.BF16, Type.Q8_0, Type.Q4_0):
        source = floats(3, 64)
        stored = quantize(source, kind)
        made["encoded." + kind.name] = (kind, stored, dequantize(stored, kind), source)
    for kind in (Type.Q8_0, Type.Q4_0, Type.Q4_K, Type.Q5_K, Type.Q6_K):
        per_row = 2 if kind in (Type.Q8_0, Type.Q4_0) else 1
        stored = random_blocks(kind, 3 * per_row).reshape(3, -1)
        made["random." + kind.name] = (kind, stored, dequantize(stored, kind), None)
    return made


def write_gguf(made):
    writer = gguf.GGUFWriter(HERE / "types.gguf", "fixture")
    writer.add_custom_alignment(64)
    writer.add_uint8("value.uint8", 200)
    writer.add_int8("value.int8", -100)
    writer.add_uint16("value.uint16", 60000)
    writer.add_int16("value.int16", -30000)
    writer.add_uint32("value.uint32", 4000000000)
    writer.add_int32("value.int32", -2000000000)
    writer.add_float32("value.float32", 0.1)
    writer.add_uint64("value.uint64", 2**63 + 1)
    writer.add_int64("value.int64", -(2**63))
    writer.add_float64("value.float64", 0.1)
    writer.add_bool("value.bool", True)
    writer.add_string("value.string", "Grüße, 世界 👋")
    writer.add_array("array.strings", ["", "a", "Ġthe", "<0x0A>", "日本"])
    writer.add_array("array.ints", [1, -2, 3])
    writer.add_array("array.floats", [0.5, -1.25])
    writer.add_array("array.bools", [True, False, True])
    for name, (kind, stored, _, _) in made.items():
        raw = stored if kind in (Type.F32, Type.F16) else stored.view(np.uint8)
        writer.add_tensor(name, raw, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def bits(values):
    """Floats as integers, which JSON keeps exactly."""
    return np.ascontiguousarray(values, dtype=np.float32).view(np.uint32).ravel().tolist()


def write_json(made):
    content = {
        name: {
            "type": kind.name,
            "shape": list(decoded.shape),
            "decoded": bits(decoded),
            "stored": stored.view(np.uint8).ravel().tolist(),
            "source": None if source is None else bits(source),
        }
        for name, (kind, stored, decoded, source) in made.items()
    }
    (HERE / "types.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def write_shards():
    folder = HERE / "shards"
    folder.mkdir(exist_ok=True)
    shards = {
        "model-00001-of-00002.safetensors": {
            "first": np.arange(6, dtype=np.float32).reshape(2, 3) / 8,
            "half": np.array([1.5, -2.0], dtype=np.float16),
        },
        "model-00002-of-00002.safetensors": {
            "second": np.arange(4, dtype=np.float32),
            "ids": np.array([1, 2, 3], dtype=np.int64),
            "empty": np.zeros((0, 4), dtype=np.float32),
            "scalar": np.array(0.25, dtype=np.float32),
        },
    }
    for name, content in shards.items():
        save_file(content, folder / name, metadata={"format": "pt"})
    weight_map = {tensor: name for name, content in shards.items() for tensor in content}
    texts = {
        "model.safetensors.index.json": {"metadata": {"total_size": 84}, "weight_map": weight_map},
        "config.json": {"model_type": "fixture", "hidden_size": 3},
        "generation_config.json": {"temperature": 0.6},
        "tokenizer_config.json": {"chat_template": "from the config"},
        "tokenizer.json": {"version": "1.0"},
    }
    for name, content in texts.items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n")


made = tensors()
write_gguf(made)
write_json(made)
write_shards()
