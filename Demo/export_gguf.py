"""Writes the demo model as GGUF v3 (Q8_0 matrices, F32 norms), and reads such a file back into torch."""

import json
import pathlib

import gguf
import numpy as np
import tokenizers
import torch

import chat
from model import Model, Shape

NAME, ARCHITECTURE = "gleaner-demo", "qwen3"


def export(model: Model, tokenizer: tokenizers.Tokenizer, path: pathlib.Path) -> None:
    """Writes weights, tokenizer and chat template to `path`."""
    writer = gguf.GGUFWriter(str(path), ARCHITECTURE)
    _add_shape(writer, model.shape)
    _add_tokenizer(writer, tokenizer)
    for name, weight in model.state_dict().items():
        _add_weight(writer, name, weight.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_shape(writer: gguf.GGUFWriter, shape: Shape) -> None:
    """What a reader needs to build the layers."""
    writer.add_name(NAME)
    writer.add_description(
        "A very small chat model, trained from nothing on generated text; made to show that Gleaner works."
    )
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_freq_base(shape.rope_base)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: tokenizers.Tokenizer) -> None:
    """Tokens by id, their types, the merges in order, the special ids and the chat template."""
    size = tokenizer.get_vocab_size()
    tokens = [tokenizer.id_to_token(i) for i in range(size)]
    control = {tokenizer.token_to_id(token) for token in chat.SPECIALS}
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if i in control else gguf.TokenType.NORMAL for i in range(size)])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(tokenizer.token_to_id(chat.END_OF_TEXT))
    writer.add_eos_token_id(tokenizer.token_to_id(chat.END))
    writer.add_pad_token_id(tokenizer.token_to_id(chat.END_OF_TEXT))
    writer.add_add_bos_token(False)
    writer.add_chat_template(chat.TEMPLATE)


def _add_weight(writer: gguf.GGUFWriter, name: str, weight: np.ndarray) -> None:
    """A matrix as Q8_0, a norm as it is."""
    if weight.ndim == 1:
        writer.add_tensor(name, weight.astype(np.float32))
        return
    packed = gguf.quants.quantize(weight.astype(np.float32), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor(name, packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)


def load(path: pathlib.Path) -> tuple[Model, tokenizers.Tokenizer]:
    """The model with the weights that the file really holds, and the tokenizer rebuilt from its metadata."""
    reader = gguf.GGUFReader(str(path))
    value = lambda key: reader.fields[key].contents()
    of = lambda key: value(f"{ARCHITECTURE}.{key}")
    shape = Shape(
        len(value("tokenizer.ggml.tokens")),
        of("embedding_length"),
        of("block_count"),
        of("attention.head_count"),
        of("attention.head_count_kv"),
        of("attention.key_length"),
        of("feed_forward_length"),
        of("context_length"),
        of("rope.freq_base"),
        of("attention.layer_norm_rms_epsilon"),
    )
    model = Model(shape)
    weights = {t.name: torch.from_numpy(gguf.quants.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
    model.load_state_dict(weights)
    return model.eval(), _tokenizer(value("tokenizer.ggml.tokens"), value("tokenizer.ggml.merges"))


def _tokenizer(tokens: list[str], merges: list[str]) -> tokenizers.Tokenizer:
    """The byte-level BPE of a vocabulary and its merges."""
    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, [tuple(merge.split(" ")) for merge in merges]))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [
            tokenizers.pre_tokenizers.Split(tokenizers.Regex(chat.SPLIT), "isolated"),
            tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(chat.SPECIALS)
    return tokenizer
