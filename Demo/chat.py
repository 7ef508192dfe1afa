"""The tokenizer and the chat format of the demo model: byte-level BPE trained on the corpus, and ChatML."""

import jinja2
import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIALS = [END_OF_TEXT, START, END]

# How Qwen2 cuts text before the merges: contractions, words with one leading mark, single digits, marks, white space.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

TEMPLATE = """\
{%- for message in messages %}
    {%- if message.role not in ['system', 'developer', 'user', 'assistant'] %}
        {{- raise_exception('The role "' ~ message.role ~ '" is not known to gleaner-demo: use system, user or assistant.') }}
    {%- endif %}
    {%- set role = 'system' if message.role == 'developer' else message.role %}
    {%- if message.content is not string and message.content is not none %}
        {{- raise_exception('The content of a message is not text: gleaner-demo reads text only.') }}
    {%- endif %}
    {%- set content = message.content if message.content is string else '' %}
    {{- '<|im_start|>' + role + '\\n' + content | trim + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}"""


def train_tokenizer(texts: list[str], size: int) -> tokenizers.Tokenizer:
    """A byte-level BPE of `size` tokens: 256 bytes first, then merges, then the special tokens."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size - len(SPECIALS), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
        ),
    )
    tokenizer.add_special_tokens(SPECIALS)
    return tokenizer


def _refuse(message: str) -> None:
    """What `raise_exception` does in a template."""
    raise ValueError(message)


def render(messages: list[dict[str, str]], add_generation_prompt: bool = False) -> str:
    """The messages as one text, by the template that the GGUF file carries."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = _refuse
    return environment.from_string(TEMPLATE).render(messages=messages, add_generation_prompt=add_generation_prompt)


def encoded(tokenizer: tokenizers.Tokenizer, messages: list[dict[str, str]]) -> tuple[list[int], list[bool]]:
    """Token ids of a conversation, and for each whether the model has to learn to write it (the assistant's words and their end)."""
    ids, learnt = [], []
    for message in messages:
        head = tokenizer.encode(f"{START}{message['role']}\n").ids
        body = tokenizer.encode(f"{message['content'].strip()}{END}").ids
        tail = tokenizer.encode("\n").ids
        ids += head + body + tail
        learnt += [False] * len(head) + [message["role"] == "assistant"] * len(body) + [False] * len(tail)
    return ids, learnt
