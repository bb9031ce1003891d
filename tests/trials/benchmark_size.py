"""What an archive needs: bytes on disk and in memory, and the writer's pace, measured on the first articles of a file.

    python -m tests.trials.benchmark_size ARTICLES.jsonl.gz [HOW-MANY]

The vectors are made up, because only their size counts: no model runs.
`tests.trials.benchmark_embedding` measures that.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus import Library, Tokens, Vectors, Window
from ingest import ingest
from tests.support.fakes import FakeEmbedder

DIMENSION = 384
MEBIBYTE = 1 << 20


class RandomEmbedder(FakeEmbedder):
    """Directions in space without meaning, as many numbers as the real model gives; pieces of words are tokens."""

    def embed_tokens(self, tokens: Sequence[Tokens], done: Callable[[int], None] | None = None) -> Vectors:
        vectors = np.random.default_rng(self.texts_embedded).normal(size=(len(tokens), self.dimension))
        self.texts_embedded += len(tokens)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def memory() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def size_of(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def measured(source: Path, count: int, folder: Path) -> dict[str, Any]:
    """The figures of one library of so many articles."""
    part = folder / "part.jsonl"
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        part.write_text("".join(itertools.islice(lines, count)), encoding="utf-8")
    figures: dict[str, Any] = {}
    with Library.open(folder / "library", embedder=RandomEmbedder(DIMENSION)) as library:
        started = time.monotonic()
        report = ingest(library, [part])
        figures |= {"articles": report.added, "passages": report.passages, "ingest_seconds": time.monotonic() - started}
        assert library.wait_for_index()
    figures["text_bytes"] = sum(len(json.loads(line).get("text", "")) for line in part.open(encoding="utf-8"))
    figures["store_bytes"] = size_of(folder / "library") - size_of(folder / "library" / "index")
    figures["index_bytes"] = size_of(folder / "library" / "index")
    before = memory()
    with Library.open(folder / "library", embedder=RandomEmbedder(DIMENSION), reading=True) as guest:
        started = time.monotonic()
        guest.search_dense(_question(), 50, Window())
        figures["exact_first_ms"] = 1000 * (time.monotonic() - started)
        figures["exact_memory_bytes"] = memory() - before
        figures["exact_ms"] = _milliseconds(guest)
    before = memory()
    with Library.open(folder / "library", embedder=RandomEmbedder(DIMENSION)) as library:
        assert library.wait_for_index()
        figures["chroma_ms"] = _milliseconds(library)
        figures["chroma_memory_bytes"] = memory() - before
    return figures


def _question() -> Any:
    return RandomEmbedder(DIMENSION).embed(["a question"])[0]


def _milliseconds(library: Library, times: int = 20) -> float:
    library.search_dense(_question(), 50, Window())
    started = time.monotonic()
    for _ in range(times):
        library.search_dense(_question(), 50, Window())
    return 1000 * (time.monotonic() - started) / times


def main() -> None:
    source, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(source, count, Path(folder))
    passages, articles = figures["passages"], figures["articles"]
    for name, value in figures.items():
        sys.stdout.write(f"{name:>20} {value:14,.1f}\n")
    for name in ("store_bytes", "index_bytes", "exact_memory_bytes", "chroma_memory_bytes"):
        each = f"{figures[name] / passages:8,.0f} a passage, {figures[name] / articles:9,.0f} an article"
        sys.stdout.write(f"{name:>20} {each}\n")
    sys.stdout.write(f"{passages / articles:.1f} passages an article\n")


if __name__ == "__main__":
    main()
