"""Prints Sources/Tokenizers/Normalizing/CanonicalMappings.swift from Python's copy of the Unicode character
database. Run it again only for a newer Unicode; `make test` does not need it."""

import textwrap
import unicodedata


def composes(text: str) -> bool:
    """Whether a decomposition is undone by composition (it is neither a singleton nor excluded)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text)) == text


entries = []
for value in range(0x110000):
    if 0xAC00 <= value <= 0xD7A3 or 0xD800 <= value <= 0xDFFF:
        continue  # Hangul is computed; surrogates are not characters
    mapping = unicodedata.decomposition(chr(value))
    if not mapping or mapping.startswith("<"):
        continue
    parts = "+".join(f"{int(part, 16):X}" for part in mapping.split())
    entries.append(f"{value:X}{'=' if composes(chr(value)) else '!'}{parts}")

print(f"""/// Unicode's canonical decompositions, without Hangul, which is computed (Unicode {unicodedata.unidata_version}, UnicodeData.txt).
///
/// Written by `Oracles/Tokenizers/canonical_mappings.py`. Each entry is the code of a character, then `=` if its parts
/// compose to it again and `!` if not, then the codes of its parts.
enum CanonicalMappings {{
    static let text = \"\"\"""")
lines = textwrap.wrap(" ".join(entries), 110, break_long_words=False, break_on_hyphens=False)
print(" \\\n".join(f"        {line}" for line in lines))
print('        """\n}')
