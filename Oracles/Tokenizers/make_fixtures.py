"""Writes the fixtures beside this file: small tokenizers of every flavour with what Hugging Face's `tokenizers`
library and tiktoken make of some nasty texts. Needs requirements.txt; `make test` does not need it.

    python make_fixtures.py FOLDER/tiktoken/cl100k_base.tiktoken

Vocabularies are trained here on the texts below, without any splitting, so that they have tokens across
every border at which a pre-tokenizer cuts: a border at the wrong place changes the ids.
"""

import json
import pathlib
import sys

import tiktoken
from tiktoken.load import load_tiktoken_bpe
from tiktoken_ext import openai_public
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from texts import CORPUS, TEXTS

HERE = pathlib.Path(__file__).parent

CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LINES = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTION + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + LINES
QWEN2 = CONTRACTION + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + LINES
QWEN3_NEXT = CONTRACTION + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + LINES
FRONT, BACK = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"


def cased(suffix: str, digits: str) -> str:
    lead = r"[^\r\n\p{L}\p{N}]?"
    return f"{lead}{FRONT}*{BACK}+{suffix}|{lead}{FRONT}+{BACK}*{suffix}|{digits}| ?[^\\s\\p{{L}}\\p{{N}}]+[\\r\\n/]*" + LINES


# As tiktoken has it; its r50k_base and o200k_base are taken from the package and from `cased`.
CL100K = (
    r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"""
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
DEEPSEEK_V3 = (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
    r"| ?[\p{P}\p{S}]+[\r\n]*" + LINES
)
IDEOGRAPHS = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"


def split(pattern: str, behavior: str = "isolated", invert: bool = False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def plain_bytes():
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)


def sequence(*stages):
    return pre_tokenizers.Sequence(list(stages))


def train_bytes() -> models.BPE:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = plain_bytes()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=1100, initial_alphabet=alphabet))
    return json.loads(tokenizer.to_str())["model"]


def train_metaspace() -> models.BPE:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=1000, special_tokens=special, limit_alphabet=300, min_frequency=2)
    )
    return json.loads(tokenizer.to_str())["model"]


def train_words() -> models.WordPiece:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=600, special_tokens=special))
    return json.loads(tokenizer.to_str())["model"]


def special(*contents: str) -> list[AddedToken]:
    return [AddedToken(content, special=True, normalized=False) for content in contents]


def shell(model: dict, **parts) -> Tokenizer:
    """A tokenizer of a trained model with everything around it."""
    empty = Tokenizer(models.BPE()).to_str()
    description = json.loads(empty) | {"model": model}
    tokenizer = Tokenizer.from_str(json.dumps(description))
    for name in ("normalizer", "pre_tokenizer", "decoder"):
        if name in parts:
            setattr(tokenizer, name, parts[name])
    tokenizer.add_tokens(parts.get("added", []))
    if "post_processor" in parts:
        tokenizer.post_processor = parts["post_processor"](tokenizer)
    return tokenizer


def bos(token: str):
    return lambda tokenizer: processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A {token} $B", special_tokens=[(token, tokenizer.token_to_id(token))]
    )


def byte_level(pre_tokenizer, model, **parts) -> Tokenizer:
    parts = {"decoder": decoders.ByteLevel(), "added": special("<|endoftext|>")} | parts
    return shell(model, pre_tokenizer=pre_tokenizer, **parts)


def byte_level_flavours(model: dict) -> dict[str, Tokenizer]:
    deepseek = special("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>") + [AddedToken("<think>", normalized=False)]
    llama3 = special("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>")
    qwen = special("<|endoftext|>", "<|im_start|>", "<|im_end|>") + [
        AddedToken("<tool_call>", normalized=False, special=False)
    ]
    odd = [
        AddedToken("[L]", lstrip=True, normalized=False, special=True),
        AddedToken("[R]", rstrip=True, normalized=False, special=True),
        AddedToken("[LR]", lstrip=True, rstrip=True, normalized=False),
        AddedToken("word", single_word=True, normalized=False),
        AddedToken("wor", normalized=False),
        # With a letter outside the byte alphabet: Hugging Face decodes other added tokens as if spelled in it.
        AddedToken("œuvré", normalized=True),
        AddedToken("  ", normalized=False),
        AddedToken("    ", normalized=False),
    ]
    return {
        "gpt2": byte_level(
            pre_tokenizers.ByteLevel(add_prefix_space=False), model,
            post_processor=lambda _: processors.ByteLevel(trim_offsets=False)),
        "prefix-space": byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True), model),
        "llama3": byte_level(
            sequence(split(LLAMA3), plain_bytes()), model | {"ignore_merges": True}, added=llama3,
            post_processor=lambda tokenizer: processors.Sequence(
                [processors.ByteLevel(trim_offsets=False), bos("<|begin_of_text|>")(tokenizer)])),
        "qwen2": byte_level(
            sequence(split(QWEN2), plain_bytes()), model, normalizer=normalizers.NFC(), added=qwen),
        "qwen3-next": byte_level(
            sequence(split(QWEN3_NEXT), plain_bytes()), model, normalizer=normalizers.NFC(), added=qwen),
        "deepseek-v3": byte_level(
            sequence(split(r"\p{N}{1,3}"), split("[一-龥\u3040-ゟ゠-ヿ]+"), split(DEEPSEEK_V3), plain_bytes()),
            model, normalizer=normalizers.Sequence([]), added=deepseek),
        "deepseek-coder": byte_level(
            sequence(split("[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), split(IDEOGRAPHS),
                     pre_tokenizers.Digits(individual_digits=True), plain_bytes()),
            model, added=deepseek),
        "o200k": byte_level(
            sequence(split(cased(CONTRACTION + "?", r"\p{N}{1,3}"), "removed", invert=True), plain_bytes()), model),
        "tekken": byte_level(sequence(split(cased("", r"\p{N}")), plain_bytes()), model | {"ignore_merges": True}),
        "falcon": byte_level(
            sequence(pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.ByteLevel(add_prefix_space=False),
                     pre_tokenizers.Digits(individual_digits=False), split("[0-9][0-9][0-9]")), model),
        "starcoder": byte_level(
            sequence(pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)),
            model),
        "odd-tokens": byte_level(sequence(split(QWEN2), plain_bytes()), model, normalizer=normalizers.NFC(), added=odd),
        "words": byte_level(sequence(pre_tokenizers.Whitespace(), plain_bytes()), model),
        "words-split": byte_level(
            sequence(pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("isolated"), plain_bytes()), model),
        "general-patterns": byte_level(
            sequence(split(r"(?i)hello|[a-z]{2,4}?(?=[A-Z])|\w+ing\b".replace(r"\b", ""), "merged_with_previous"),
                     split(r"(?:ab|a)+|\d+$|^\s+", "merged_with_next"), split(r"[^\s]+\s?", "contiguous"), plain_bytes()),
            model),
    }


def metaspace_flavours(model: dict) -> dict[str, Tokenizer]:
    fallback = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    stripped = decoders.Sequence(fallback + [decoders.Strip(" ", 1, 0)])
    own = special("<unk>", "<s>", "</s>")
    return {
        "llama2": shell(
            model, normalizer=normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
            decoder=stripped, added=own, post_processor=bos("<s>")),
        "mistral": shell(
            model, pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="first", split=False), decoder=stripped,
            added=own, post_processor=bos("<s>")),
        "metaspace-words": shell(
            model, pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="always"),
            decoder=decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()]), added=own),
        "gemma": shell(
            model, normalizer=normalizers.Replace(" ", "▁"),
            pre_tokenizer=pre_tokenizers.Split(" ", "merged_with_previous"),
            decoder=decoders.Sequence(fallback), added=own),
        "unknown": shell(
            model | {"byte_fallback": False}, normalizer=normalizers.Replace(" ", "▁"),
            decoder=decoders.Sequence(fallback), added=own),
    }


def word_flavours(model: dict) -> dict[str, Tokenizer]:
    return {
        "bert": shell(
            model, normalizer=normalizers.BertNormalizer(), pre_tokenizer=pre_tokenizers.BertPreTokenizer(),
            decoder=decoders.WordPiece(cleanup=False), added=special("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
            post_processor=lambda tokenizer: processors.TemplateProcessing(
                single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
                special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]))
    }


def cases(tokenizer: Tokenizer) -> dict:
    plain, parsed, decoded, skipped = [], [], [], []
    for text in TEXTS:
        tokenizer.encode_special_tokens = True
        plain.append(tokenizer.encode(text, add_special_tokens=False).ids)
        tokenizer.encode_special_tokens = False
        ids = tokenizer.encode(text, add_special_tokens=True).ids
        parsed.append(ids)
        decoded.append(tokenizer.decode(ids, skip_special_tokens=False))
        skipped.append(tokenizer.decode(ids, skip_special_tokens=True))
    # Most texts come back as they were: only others are written down.
    return {
        "plain": plain,
        "parsed": parsed,
        "decoded": {index: text for index, text in enumerate(decoded) if text != TEXTS[index]},
        "skipped": {index: text for index, text in enumerate(skipped) if text != TEXTS[index]},
    }


def write(name: str, value) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def fixture(tokenizer: Tokenizer) -> dict:
    """The tokenizer without its vocabulary, which all flavours of one kind share."""
    description = json.loads(tokenizer.to_str())
    for key in ("vocab", "merges"):
        description["model"].pop(key, None)
    return {"tokenizer": description, "cases": cases(tokenizer)}


def tiktoken_cases(ranks_file: str) -> dict:
    """tiktoken's three patterns, each with the ranks of cl100k, which the test data has."""
    ranks = load_tiktoken_bpe(ranks_file)
    sources = {
        "r50k_base": openai_public.r50k_pat_str,
        "cl100k_base": CL100K,
        "o200k_base": cased(CONTRACTION + "?", r"\p{N}{1,3}"),
    }
    encodings = {
        name: tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 100257})
        for name, pattern in sources.items()
    }
    return {
        name: {
            "plain": [encoding.encode(text, disallowed_special=()) for text in TEXTS],
            "parsed": [encoding.encode(text, allowed_special="all") for text in TEXTS],
        }
        for name, encoding in encodings.items()
    }


PATTERNS = [
    r"a", r"ab|a", r"a|ab", r"(ab|a)(bc|c)?", r"(?:ab)+", r"a{2}", r"a{2,}", r"a{,2}", r"a{1,3}", r"a{1,3}?b", r"a{2}?b", r"a{x",
    r"a*?b", r"a+?b", r"a??b", r"\p{L}++\p{N}", r"\p{L}?+\p{N}+", r"\p{L}*+[\p{L}\p{N}]", r"\p{N}{1,3}+", r"[a-c]+",
    r"[^a-c\s]+", r"[]a]+", r"[a\-c]+", r"[-a]+", r"[\]\[]", r"\w+", r"\W+", r"\d+", r"\D+", r"\s+", r"\S+", r".+", r"^.",
    r".$", r"\A.", r".\z", r"^\s+|\s+$", r"\s+(?!\S)", r"\s+(?=\S)", r"(?i)straXe|the", r"(?i:S)t", r"s(?i)T|U", r"a(b(?i)c|d)e|f", r"[\W_]+", r"[^\W_]+",
    r"(?i)[k-s]+", r"(?i)[^t]+", r"\p{Lu}\p{Ll}+", r"\P{L}+", r"[\P{L}]+", r"[^\P{L}]+", r"\p{^L}+", r"\p{Sc}\d+",
    r"\x41", r"\x{1F600}", r"\u00e9", r"[\x{4E00}-\x{9FA5}]+", r"\t|\r\n|\n", r"(a*)*b", r"(a|aa)+$", r"(?:a?){3}a{3}",
    r"(|a)b", r"()", r"x*", r"[0-9][0-9][0-9]", r"\s?[A-Za-z]+", r"\s?[\s\p{P}]{1,2}", r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+",
    r"\p{Mn}+|\p{Mc}+|\p{Nl}|\p{No}+|\p{Pd}|\p{Zs}", r"\s++$", r"the(?= )|e(?![a-z ])",
]


def pattern_cases() -> list:
    """Where Oniguruma cuts a text, as `Split` uses it: the length of each piece in bytes."""
    result = []
    for pattern in PATTERNS:
        splitter = split(pattern)
        pieces = [[len(piece.encode()) for piece, _ in splitter.pre_tokenize_str(text)] for text in TEXTS]
        result.append({"pattern": pattern, "pieces": pieces})
    return result


def main() -> None:
    trained = {"bytes": train_bytes(), "metaspace": train_metaspace(), "words": train_words()}
    write("texts", TEXTS)
    write("patterns", pattern_cases())
    write("tiktoken", tiktoken_cases(sys.argv[1]))
    write("vocabularies", {
        name: {key: model[key] for key in ("vocab", "merges") if key in model} for name, model in trained.items()})
    flavours = {
        "bytes": byte_level_flavours(trained["bytes"]),
        "metaspace": metaspace_flavours(trained["metaspace"]),
        "words": word_flavours(trained["words"]),
    }
    for kind, tokenizers in flavours.items():
        write(f"flavours-{kind}", {name: fixture(tokenizer) for name, tokenizer in tokenizers.items()})


if __name__ == "__main__":
    main()
