"""A process that is killed at any moment: what it acknowledged is there, whole, and nothing is there by half."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.support.shelves import assert_whole, child, open_fake, put, some_article

ROUNDS = int(os.environ.get("PRESSMARK_KILLS", "10"))

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
import corpus.index.dense
from tests.support import shelves
corpus.index.dense.WRITE_AT = 40  # so that Chroma is often at work
with shelves.open_fake(Path(sys.argv[1])) as library:
    library.wait_for_index()
    print("open", flush=True)
    for number in range(int(sys.argv[2]), 100000):
        shelves.put(library, shelves.some_article(number))
        print("put", number, flush=True)
        if number % 5 == 4:
            shelves.put(library, replace(shelves.some_article(number - 1), title="Corrected"))
            print("corrected", number - 1, flush=True)
        if number % 7 == 6:
            library.remove(f"a{number - 3}")
            print("removed", number - 3, flush=True)
"""


def written_until_killed(folder: Path, first: int, after: float) -> list[tuple[str, int]]:
    """What a writing process acknowledged before it was killed."""
    process = child(WRITER, folder, str(first))
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    lines = process.communicate()[0].splitlines(keepends=True)
    return [(line.split()[0], int(line.split()[1])) for line in lines if line.endswith("\n")]


def test_kills_at_random_moments_lose_nothing_acknowledged_and_leave_nothing_half(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311
    put_ever: set[int] = set()
    corrected: set[int] = set()
    removed: set[int] = set()
    perhaps_removed: set[int] = set()
    for round_ in range(ROUNDS):
        first = round_ * 1000
        acknowledged = written_until_killed(tmp_path, first, chance.uniform(0.02, 0.9))
        for word, number in acknowledged:
            {"put": put_ever, "corrected": corrected, "removed": removed}[word].add(number)
        if acknowledged and acknowledged[-1][0] != "removed" and acknowledged[-1][1] % 7 in (5, 6):
            perhaps_removed |= {acknowledged[-1][1] - 3, acknowledged[-1][1] - 2}
        assert_consistent(tmp_path)
        with open_fake(tmp_path) as library:
            there = {int(listed.id[1:]): listed for listed in library.articles()}
            # What was under way may be there too, wholly; what was acknowledged must be.
            assert put_ever - removed - perhaps_removed <= there.keys()
            assert not removed & there.keys()
            recent = sorted(number for number in there if number >= first)
            for number in [*recent[-12:], *chance.sample(sorted(there), min(3, len(there)))]:
                title = there[number].title
                assert title == "Corrected" or number not in corrected
                assert_whole(library, some_article(number, title=title))
            if round_ % 3 == 2:
                assert library.wait_for_index(60)
                assert library.check() == []
    assert put_ever  # how many is up to the machine


def assert_consistent(folder: Path) -> None:
    """Read as it was left, by SQLite alone: every article has a current revision and all of its passages."""
    connection = sqlite3.connect(folder / "store.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    half = connection.execute(
        "SELECT a.id FROM articles a LEFT JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
        "LEFT JOIN passages p ON p.article = a.number GROUP BY a.id "
        "HAVING r.text IS NULL OR count(p.number) = 0 OR max(p.ordinal) <> count(p.number) - 1 "
        'OR max(p."end") < length(rtrim(r.text))'
    ).fetchall()
    assert half == []
    connection.close()


STEPS = """
import os, sys
from pathlib import Path
from tests.support import shelves
library = shelves.open_fake(Path(sys.argv[1]))
wanted, step = int(sys.argv[2]), 0
def count(statement):
    global step
    step += 1
    if step == wanted:
        os.kill(os.getpid(), 9)
library._store._writer.set_trace_callback(count)
shelves.put(library, shelves.some_article(2))
shelves.put(library, shelves.some_article(1, title="Corrected"))
library.remove("a0")
print("done", step, flush=True)
os._exit(0)
"""


def test_a_kill_before_any_statement_of_a_change_leaves_the_state_before_or_after(tmp_path: Path) -> None:
    with open_fake(tmp_path / "start") as library:
        put(library, *(some_article(number, sentences=4) for number in range(2)))
    start = (tmp_path / "start" / "store.db").read_bytes()
    states = set()
    step, steps = 1, 10_000
    while step <= steps:
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "store.db").write_bytes(start)
        process = child(STEPS, folder, str(step))
        said = process.communicate(timeout=60)[0].split()
        if said:
            steps = int(said[1])
        assert_consistent(folder)
        with open_fake(folder) as library:
            there = {listed.id: listed.title for listed in library.articles()}
            states.add(tuple(sorted(there.items())))
            for article_id, title in there.items():
                sentences = 4 if article_id == "a0" or (article_id == "a1" and title != "Corrected") else 8
                assert_whole(library, some_article(int(article_id[1:]), sentences=sentences, title=title))
        step += 7
    assert len(states) >= 3, "the kills came at too few places"


def test_a_process_that_looks_at_the_index_ends_with_who_asked_it(tmp_path: Path) -> None:
    program = """
import sys, threading, time
from pathlib import Path
import corpus.index.inspection
looking = corpus.index.inspection._command
slow = "import corpus.index.inspection, time; corpus.index.inspection.try_graph = lambda index: time.sleep(60); " \\
       "import sys; " \\
       "corpus.index.inspection.main(*sys.argv[1:])"
def command(*paths):
    return [sys.executable, "-c", slow, *looking(*paths)[3:]]
def popen(*arguments, **options):
    process = original(*arguments, **options)
    print(process.pid, flush=True)
    return process
original, corpus.index.inspection.subprocess.Popen = corpus.index.inspection.subprocess.Popen, popen
corpus.index.inspection._command = command
corpus.index.inspection.verify(Path(sys.argv[1]) / "store.db", Path(sys.argv[1]) / "index" / "1")
"""
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
    process = child(program, tmp_path)
    assert process.stdout is not None
    looking = int(process.stdout.readline())
    time.sleep(1.0)
    assert is_alive(looking)
    process.kill()
    process.communicate()
    end = time.monotonic() + 10
    while is_alive(looking) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(looking)


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("moment", ["chroma", "store"])
def test_a_kill_between_the_store_and_the_index_is_put_right(tmp_path: Path, moment: str) -> None:
    program = f"""
import os, sys
from pathlib import Path
import corpus.index.dense
from tests.support import shelves
from corpus.index.chroma import ChromaIndex
library = shelves.open_fake(Path(sys.argv[1]))
library.wait_for_index()
die = lambda *_: os._exit(9)
if {moment == "chroma"}:
    corpus.index.dense.WRITE_AT = 1
    ChromaIndex.add = die
else:
    corpus.index.dense.DenseIndex.change = die
shelves.put(library, shelves.some_article(5))
"""
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(3)))
    process = child(program, tmp_path)
    process.communicate(timeout=60)
    assert process.returncode == 9
    with open_fake(tmp_path) as library:
        assert_whole(library, some_article(5))
        assert library.wait_for_index()
        assert_whole(library, some_article(5))
        assert library.check() == []
