"""When two texts are the same, and when one is a near copy of the other; the only door to datasketch.

    text ─► words ─► shingles (three words in a row) ─► MinHash ─► bands: texts that share one are compared
                                                  └─► the share of shingles in common decides

The same text is one that differs in white space, case and the form of its quotation marks and dashes alone. A near copy
is a wire story under another headline, with a paragraph more or less, or with words changed here and there. Both are
asked of texts of some length only: short ones are alike by chance, or because they are a form that was filled in.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

SCHEME = "affine32, 128 hashes, 32 bands, 3 words"
"""What a stored signature depends on: signatures of another scheme are made again."""
LEAST_WORDS = 40
"""Words of a text that can be a copy, at least."""
SHINGLE = 3
HASHES, BANDS = 128, 32
LEAST_LIKENESS = 0.55
"""Share of all shingles of two texts that near copies have in common, at least."""
LEAST_CONTAINED = 0.8
"""Share of the shorter text's shingles that the longer one holds, at least, when it holds much else as well."""
LEAST_LIKENESS_CONTAINED = 0.4
WORTH_COMPARING = 0.25
"""Estimated likeness under which texts are not compared: three standard errors below the least that counts."""
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‘’‚‛′`´＇", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u00ad": None,
    }
)


@dataclass(frozen=True, slots=True)
class TextSignature:
    """What is kept of a text to find its copies: a digest that equal texts share, the MinHash, and its bands.

    A text that is too short to be compared has an empty `minhash` and no `bands`.
    """

    text_digest: bytes
    minhash: bytes = b""
    bands: tuple[int, ...] = ()


def digest_of(text: str) -> bytes:
    """A digest that texts share which differ in white space, case, quotation marks and dashes alone."""
    return _digest(_plain(text))


def signature_of(text: str) -> TextSignature:
    """The signature of a text: the same for the same text, in every process."""
    plain = _plain(text)
    words = _WORD.findall(plain)
    if len(words) < LEAST_WORDS:
        return TextSignature(_digest(plain))
    minhash = _empty_minhash().copy()
    minhash.update_batch(_shingles(words))
    values = np.ascontiguousarray(minhash.hashvalues, np.uint32)
    bands = tuple(int.from_bytes(_band(part), "big", signed=True) for part in np.split(values, BANDS))
    return TextSignature(_digest(plain), values.tobytes(), bands)


def shingles_of(text: str) -> frozenset[int]:
    """The shingles of a text, each as a number."""
    return frozenset(_shingles(_WORD.findall(_plain(text))))


def are_worth_comparing(first: bytes, second: bytes) -> bool:
    """Whether two texts can be near copies, by their MinHashes."""
    if len(first) != len(second) or not first:
        return False
    return float(np.mean(np.frombuffer(first, np.uint32) == np.frombuffer(second, np.uint32))) >= WORTH_COMPARING


def are_near_copies(first: Set[int], second: Set[int]) -> bool:
    """Whether two texts, by their shingles, are copies of each other but for small changes."""
    common = len(first & second)
    shorter, all_of_both = min(len(first), len(second)), len(first) + len(second) - common
    if not shorter:
        return False
    alike = common / all_of_both
    return alike >= LEAST_LIKENESS or (common / shorter >= LEAST_CONTAINED and alike >= LEAST_LIKENESS_CONTAINED)


def _plain(text: str) -> str:
    """A text without what does not count: case, white space, the form of quotation marks, dashes and letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_ALIKE)).translate(_ALIKE)
    return " ".join(text.casefold().split())


def _digest(plain: str) -> bytes:
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()[:16]


def _shingles(words: list[str]) -> set[int]:
    return {zlib.crc32(" ".join(three).encode()) for three in zip(words, words[1:], words[2:], strict=False)}


def _band(values: Any) -> bytes:
    return hashlib.blake2b(values.tobytes(), digest_size=8).digest()


@cache
def _empty_minhash() -> Any:
    from datasketch import MinHash

    # The shingles are numbers already; the permutations are made once and shared by all copies.
    return MinHash(num_perm=HASHES, scheme="affine32", hashfunc=int, gpu_mode="disable")
