"""A large library after the worst: how soon it answers, how soon its index is back, and how long a backup takes.

And what the same kills do to Chroma alone, with the texts and vectors put straight into it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from corpus import Library, back_up, restore
from corpus.index.chroma import ChromaIndex
from corpus.index.generations import Generations
from tests import PROJECT
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import dense, put, some_article, unit_vectors
from tests.trials.fault_supervisor import LIMIT, Tally, forked, scratch_folder, started
from tests.trials.fault_trials import can_trace
from tests.trials.fault_workload import Log, acknowledged

DIMENSION = 384
SENTENCES = 120


def recovery(seed: int, passages: int) -> Tally:
    """Backed up and restored; then its owner is killed and Chroma's files are torn, as that may leave them."""
    tally = Tally()
    with scratch_folder() as scratch:
        folder, times = scratch / "library", scratch / "times"
        filled = forked(lambda: _fill(folder, passages, times), limit=1500)
        wrong = [] if filled.status == -signal.SIGKILL else [filled.said[-600:]]
        wrong += _told(forked(lambda: _back_up(folder, scratch, times), limit=600))
        for torn in (*folder.rglob("header.bin"), *folder.rglob("link_lists.bin")):
            torn.write_bytes(random.Random(seed).randbytes(torn.stat().st_size // 2))  # noqa: S311
        began = time.time()
        wrong += _told(forked(lambda: _recover(folder, began, times), limit=600))
        for line in times.read_text("utf-8").splitlines():
            name, _, milliseconds = line.rpartition(" ")
            tally.facts[name] = int(milliseconds)
    tally.note("recovery", wrong, f"{passages} passages")
    return tally


def _told(ended) -> list[str]:  # type: ignore[no-untyped-def]
    return [ended.said[-600:]] if ended.status else []


def _note(times: Path, name: str, value: float) -> None:
    with times.open("a", encoding="utf-8") as file:
        file.write(f"{name} {round(value)}\n")


def _fill(folder: Path, passages: int, times: Path) -> None:
    """Put articles in until there are so many passages, and die at once when the index holds them."""
    library, number = Library.open(folder, embedder=FakeEmbedder(DIMENSION)), 0
    while library._store.vectors.numbers().size < passages:
        for number in range(number, number + 50):  # noqa: B020
            put(library, some_article(number, sentences=SENTENCES))
        number += 1
    assert library.wait_for_index(900)
    dense(library, "storm over the harbour")
    _note(times, "passages", library.stats().passages)
    os.kill(os.getpid(), signal.SIGKILL)


def _back_up(folder: Path, scratch: Path, times: Path) -> None:
    began = time.monotonic()
    path = back_up(folder, scratch / "backup.zip")[0]
    _note(times, "backup ms", (time.monotonic() - began) * 1000)
    began = time.monotonic()
    restore(path, scratch / "restored")
    _note(times, "restoring ms", (time.monotonic() - began) * 1000)


def _recover(folder: Path, began: float, times: Path) -> None:
    """From the start of a process: the first answer, and Chroma built again and answering."""
    rebuilt: list[int] = []
    build = Generations.rebuilt

    def counted(self: Generations, *arguments: object) -> ChromaIndex:
        rebuilt.append(1)
        return build(self, *arguments)  # type: ignore[arg-type]

    Generations.rebuilt = counted  # type: ignore[method-assign]
    with Library.open(folder, embedder=FakeEmbedder(DIMENSION)) as library:
        first = dense(library, "storm over the harbour")
        _note(times, "first answer after ms", (time.time() - began) * 1000)
        assert dense(library, "storm over the harbour") == first
        while not library.wait_for_index(0.05):
            assert dense(library, "storm over the harbour") == first  # it answers all the while
        _note(times, "index built again after ms", (time.time() - began) * 1000)
        assert rebuilt, "Chroma was not broken"
        assert {number for number, _ in dense(library, "storm over the harbour", 5)} <= {n for n, _ in first}


# -- Chroma alone ------------------------------------------------------------------------------------------------------


def bare_chroma(seed: int, most: int, sync_threshold: int = 20) -> Tally:
    """Kills until Chroma alone cannot be opened, or has lost something that it acknowledged: a harness that sees.

    At random moments while it writes, and as it enters a write to its vector files, in turn.
    """
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    with scratch_folder() as scratch:
        folder, log = scratch / "chroma", scratch / "log"
        for death in range(most):
            files = [path for name in VECTOR_FILES for path in folder.rglob(name)]
            if death % 2 and files and can_trace():
                way = "at a write to its vector files"
                _kill_at_a_write(folder, log, sync_threshold, files, chance.randint(1, 4))
            else:
                way = "at a random moment"
                _kill_at_work(folder, log, sync_threshold, chance.uniform(0.0, 1.5))
            ended = forked(lambda: _look_at_chroma(folder, log))
            tally.note(
                way, [f"status {ended.status}: {ended.said[-300:]}"] if ended.status else [], f"kill {death + 1}"
            )
            if ended.status:
                tally.facts["failed at kill"] = death + 1
                break
    return tally


VECTOR_FILES = ("length.bin", "link_lists.bin", "index_metadata.pickle")


def _kill_at_work(folder: Path, log: Path, sync_threshold: int, after: float) -> None:
    before = acknowledged(log)
    worker = started(lambda: _use_chroma(folder, log, sync_threshold))
    while acknowledged(log) < before + 3:
        time.sleep(0.01)
    time.sleep(after)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def _kill_at_a_write(folder: Path, log: Path, sync_threshold: int, files: list[Path], at: int) -> None:
    program = "import pathlib, tests.trials.fault_recovery as f; "
    program += f"f._use_chroma(*map(pathlib.Path, {[str(folder), str(log)]}), "
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject=write:signal=SIGKILL:when={at}"]
    command += [part for path in files for part in ("-P", str(path))]
    command += [sys.executable, "-c", f"{program}{sync_threshold})"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run(command, env=environment, capture_output=True, timeout=LIMIT, check=False)


def _collection(folder: Path, sync_threshold: int):  # type: ignore[no-untyped-def]
    import chromadb

    client = chromadb.PersistentClient(path=str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
    hnsw = {"space": "cosine", "sync_threshold": sync_threshold, "batch_size": min(sync_threshold, 10)}
    return client.get_or_create_collection("passages", configuration={"hnsw": hnsw}, embedding_function=None)


PART = 25


def _part(number: int):  # type: ignore[no-untyped-def]
    """The passages of an article: ids, texts and vectors."""
    texts = [f"Report {number}, line {line}" for line in range(PART)]
    return [f"{number}-{line}" for line in range(PART)], texts, unit_vectors(PART, 64, number)


def _use_chroma(folder: Path, log_path: Path, sync_threshold: int) -> None:
    collection, log = _collection(folder, sync_threshold), Log(log_path)
    number = acknowledged(log_path)
    while True:
        ids, texts, vectors = _part(number)
        collection.upsert(ids=ids, documents=texts, embeddings=vectors)
        number += 1
        log.add(number)


def _look_at_chroma(folder: Path, log: Path) -> None:
    done = acknowledged(log)
    collection = _collection(folder, 20)
    held = collection.get(include=["documents", "embeddings"], limit=10**6)
    there = dict(zip(held["ids"], zip(held["documents"], held["embeddings"], strict=True), strict=True))
    for number in range(done):
        ids, texts, vectors = _part(number)
        for identifier, text, vector in zip(ids, texts, vectors, strict=True):
            assert identifier in there, f"{identifier} was acknowledged and is lost"
            assert there[identifier][0] == text
            assert abs(there[identifier][1] - vector).max() < 1e-3, f"{identifier} has another vector"
    for number in range(0, done, max(1, done // 20)):
        found = collection.query(query_embeddings=_part(number)[2][:1], n_results=3)
        assert f"{number}-0" in found["ids"][0], f"{number}-0 is not found by its own vector"
