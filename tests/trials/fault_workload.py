"""A process that works on a library and may die at any moment; its log says what was acknowledged.

    python -m tests.trials.fault_workload FOLDER LOG SEED [--length N] [--chroma] [--patient]

The log holds a line for each operation that came back, written through to the disk before the next one begins. With
`--patient`, what the disk refuses is tried again, and questions are asked meanwhile.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import corpus.index.dense
from corpus import Library, StorageError
from tests.support.shelves import articles_found, lexical, open_fake
from tests.trials.fault_history import Operation, carry_out, held_after, history, version_of

CORPUS = str(Path(corpus.index.dense.__file__).parent)
PAUSE = 0.02
PATIENCE = 200
"""How often something refused is tried again."""


class Failpoints:
    """Every call, return, and call of something built in (each statement, COMMIT among them) inside `corpus`, and in
    other folders that are named, is a numbered point, and the process is killed at one. The product knows nothing of
    it."""

    def __init__(self, die_at: int, *folders: str) -> None:
        self.die_at = die_at
        self.folders = (CORPUS, *folders)
        self.passed = 0

    def start(self) -> None:
        threading.setprofile(self._passed)
        sys.setprofile(self._passed)

    def stop(self) -> int:
        sys.setprofile(None)
        return self.passed

    def _passed(self, frame: FrameType, event: str, argument: Any) -> None:
        if frame.f_code.co_filename.startswith(self.folders):
            self.passed += 1
            if self.passed == self.die_at:
                os.kill(os.getpid(), signal.SIGKILL)


class Log:
    """The acknowledgements. A line counts when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def add(self, done: int) -> None:
        os.write(self.file, f"{done}\n".encode())
        os.fdatasync(self.file)


def acknowledged(path: Path) -> int:
    """How many operations came back, by the log."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return int(lines[-1]) if lines else 0


def work(folder: Path, log_path: Path, seed: int, *, length: int, chroma: bool, patient: bool = False) -> None:
    """Do what the log says is left of a history."""
    corpus.index.dense.ATTEMPTS = 3 if chroma else 0  # without Chroma exact search answers, and a trial takes a tenth
    corpus.index.dense.WRITE_AT = 25  # so that Chroma is often at work
    log, operations = Log(log_path), history(seed, length)
    done = acknowledged(log_path)
    library = tried(lambda: open_fake(folder), patient)
    if chroma and not patient:
        library.wait_for_index()
    for at in range(done, len(operations)):
        tried(lambda: carry_out(library, operations[at]), patient, lambda: ask(library, operations[:at]))  # noqa: B023
        log.add(at + 1)
    library.close()


def tried(action: Callable[[], Any], patient: bool, meanwhile: Callable[[], None] = lambda: None) -> Any:
    """What an action gives; with patience, it is repeated while the disk refuses."""
    for _ in range(PATIENCE if patient else 0):
        try:
            return action()
        except StorageError as error:
            sys.stdout.write(f"refused: {error}\n")
            meanwhile()
            time.sleep(PAUSE)
    return action()


def ask(library: Library, done: list[Operation]) -> None:
    """Questions are answered by what was acknowledged, while something cannot be written."""
    held = held_after(done)
    assert {listed.id for listed in library.articles()} == {f"a{number}" for number in held}
    for number in list(held)[:2]:
        article = version_of(number, held[number])
        assert article.id in articles_found(library, article.text[:200], 20)
        assert lexical(library, f"marked{number}x1") == [article.id] * len(lexical(library, f"marked{number}x1"))
        assert lexical(library, f"marked{number}x1")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("--length", type=int, default=30)
    parser.add_argument("--chroma", action="store_true")
    parser.add_argument("--patient", action="store_true")
    chosen = parser.parse_args()
    work(
        chosen.folder,
        chosen.log,
        chosen.seed,
        length=chosen.length,
        chroma=chosen.chroma,
        patient=chosen.patient,
    )


if __name__ == "__main__":
    main()
