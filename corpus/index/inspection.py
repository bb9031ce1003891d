"""Inspects a doubtful Chroma folder in a separate process, since a damaged index can crash its reader.

python -m corpus.index.inspection STORE FOLDER      prints the numbers that are wrong in the index, and those that are
surplus
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.index.chroma import ChromaIndex, IndexBrokenError
from corpus.store.articles import Store

VERIFY_LIMIT = 300.0
"""Seconds that looking at an index may take."""
SAMPLES = 200
"""Passages that are looked for by their own vector."""
FOUND_SHARE = 0.95
"""How many of them have to be found."""
NEVER = threading.Event()


def verify(store_path: Path, folder: Path, stopping: threading.Event = NEVER) -> tuple[list[int], list[int]]:
    """Numbers that the index misses or holds with another vector, and numbers that it holds too many.

    Raises `IndexBrokenError` when the index does not work, or `stopping` was set meanwhile.
    """
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            _command(store_path, folder),
            stdin=subprocess.PIPE,  # when this process dies the pipe closes, and the other one ends too
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],  # so that `-m` finds this package, and nothing in the user's folder
        )
        try:
            status = _wait_for_end(process, stopping)
        finally:
            process.kill()
            process.communicate()
        output.seek(0)
        lines = output.read().splitlines()
    if status or len(lines) != 2:
        reason = lines[-1] if lines else f"exit status {status}"
        raise IndexBrokenError(f"the index in {folder} did not pass its check ({reason})")
    wrong, surplus = ([int(number) for number in line.split()] for line in lines)
    return wrong, surplus


def _command(store_path: Path, folder: Path) -> list[str]:
    return [sys.executable, "-m", "corpus.index.inspection", str(store_path.absolute()), str(folder.absolute())]


def _wait_for_end(process: subprocess.Popen[bytes], stopping: threading.Event) -> int:
    end = time.monotonic() + VERIFY_LIMIT
    while time.monotonic() < end and not stopping.is_set():
        try:
            return process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise IndexBrokenError("looking at the index was stopped" if stopping.is_set() else "the index did not answer")


def differences(store: Store, index: ChromaIndex) -> tuple[list[int], list[int]]:
    """Numbers that the index misses or holds with another vector, and numbers that it holds too many."""
    held: dict[int, npt.NDArray[np.float32]] = {}
    for numbers, vectors in index.pages():
        held.update(zip(numbers, vectors, strict=True))
    wrong: list[int] = []
    for numbers, vectors, _ in store.vectors.pages():
        for number, vector in zip(numbers, vectors, strict=True):
            indexed = held.pop(number, None)
            if indexed is None or indexed.shape != vector.shape or not np.allclose(indexed, vector, atol=1e-3):
                wrong.append(number)
    return wrong, sorted(held)


def try_graph(index: ChromaIndex) -> None:
    """Walk the whole graph once, and look for passages by their own vectors; raises `IndexBrokenError`."""
    pages = list(index.pages())
    if not pages:
        return
    vectors = np.concatenate([page[1] for page in pages])
    index.search(vectors[0], len(vectors))
    samples = vectors[:: max(1, len(vectors) // SAMPLES)]
    found = sum(1 for vector in samples if any(score > 0.999 for _, score in index.search(vector, 10)))
    if found < FOUND_SHARE * len(samples):
        raise IndexBrokenError(f"it finds {found} of {len(samples)} passages by their own vectors")


def main(store_path: str, folder: str) -> None:
    """Print what `differences` finds, for `verify`."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    index = ChromaIndex(Path(folder))
    try_graph(index)
    wrong, surplus = differences(Store(Path(store_path)), index)
    index.close()
    sys.stdout.write(f"{' '.join(map(str, wrong))}\n{' '.join(map(str, surplus))}\n")


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
