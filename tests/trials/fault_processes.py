"""Several processes on one library, and many who ask while it is changed."""

from __future__ import annotations

import json
import random
import shutil
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import corpus.index.dense
from corpus import LibraryBusyError
from tests.support.shelves import EVERYTHING, assert_whole, dense, open_fake, put, some_article
from tests.trials.fault_history import unsound, version_of
from tests.trials.fault_supervisor import Tally, forked, scratch_folder, started
from tests.trials.fault_workload import Log, acknowledged

PATIENCE = 20.0
"""Seconds after which somebody who wants to open a library gives up."""


# -- several processes -------------------------------------------------------------------------------------------------


def contests(seed: int, wanted: int) -> Tally:
    """Two to four processes want one library at once, and some owners are killed."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    with scratch_folder() as scratch:
        for turn in range(wanted):
            folder, count = scratch / f"{turn}", chance.randint(2, 4)
            logs = [scratch / f"{turn}-{number}.log" for number in range(count)]
            rivals = [
                started(lambda number=number, log=log: _compete(folder, number, log), log.with_suffix(".out"))  # type: ignore[misc] # noqa: B023
                for number, log in enumerate(logs)
            ]
            killed = chance.choice((None, 0, 1))
            if killed is not None:
                time.sleep(chance.uniform(0.02, 0.4))
                rivals[killed].send_signal(signal.SIGKILL)
            ends = [rival.wait() for rival in rivals]
            said = [log.with_suffix(".out").read_text("utf-8") for log in logs]
            wrong = [
                f"process {n} ended with {end}: {said[n][-500:]}" for n, end in enumerate(ends) if end not in (0, -9)
            ]
            looked = forked(lambda: _look(folder, logs))  # noqa: B023
            wrong += [looked.said[-600:]] if looked.status else []
            tally.note("a killed owner" if killed is not None else "nobody killed", wrong, f"turn {turn}")
            tally.facts["refusals in words"] += sum(one.count("in use by") for one in said)
            slowest = max([float(line.split()[0]) for one in said for line in one.splitlines()], default=0.0)
            tally.facts["slowest refusal in ms"] = max(tally.facts["slowest refusal in ms"], round(slowest * 1000))
            shutil.rmtree(folder, ignore_errors=True)
    return tally


def _compete(folder: Path, number: int, log_path: Path) -> None:
    """Put five articles in, opening the library for each; whoever is refused tries again."""
    corpus.index.dense.ATTEMPTS = 0
    log, end = Log(log_path), time.monotonic() + PATIENCE
    done = 0
    while done < 5 and time.monotonic() < end:
        began = time.monotonic()
        try:
            library = open_fake(folder)
        except LibraryBusyError as error:
            print(f"{time.monotonic() - began:.4f} {error}")  # noqa: T201
            time.sleep(0.01)
            continue
        with library:
            put(library, some_article(100 * number + done))
            done += 1
            log.add(done)
    assert done == 5, "the library was never free"


def _look(folder: Path, logs: list[Path]) -> None:
    """All that was acknowledged is there, and nobody's hand is on the library any more."""
    corpus.index.dense.ATTEMPTS = 0
    began = time.monotonic()
    with open_fake(folder) as library:
        for number, log in enumerate(logs):
            for done in range(acknowledged(log)):
                assert_whole(library, some_article(100 * number + done))
    assert time.monotonic() - began < PATIENCE
    assert unsound(folder / "store.db") == []


# -- many who ask ------------------------------------------------------------------------------------------------------

ASKERS = 50
ARTICLES = 40


@dataclass(frozen=True, slots=True)
class Seen:
    """A quotation that an asker was given, and when the asking began and ended."""

    began: float
    ended: float
    number: int
    revision: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of an article: which version holds from some moment between `began` and `ended` on (None: none)."""

    began: float
    ended: float
    number: int
    revision: int | None


def asking(seed: int, wanted: int) -> Tally:
    """Articles are replaced and removed while fifty ask: nothing is quoted after that returned."""
    tally = Tally()
    with scratch_folder() as scratch:
        results = scratch / "results"
        ended = forked(
            lambda: results.write_text(json.dumps(_ask_and_change(scratch / "library", seed, wanted))), limit=3000
        )
        wrong = [ended.said[-800:]] if ended.status else []
        quotations, stale, errors = (0, 0, 0) if wrong else json.loads(results.read_text())
    tally.trials["changes"] = wanted
    tally.failures += wrong + ["a stale quotation"] * stale + ["an error"] * errors
    tally.facts["quotations looked at"] = quotations
    return tally


def _ask_and_change(folder: Path, seed: int, wanted: int) -> tuple[int, int, int]:
    changes: list[Changed] = []
    seen: list[Seen] = []
    errors: list[BaseException] = []
    over = threading.Event()
    with open_fake(folder) as library:

        def ask(chance: random.Random) -> None:
            try:
                while not over.is_set():
                    number = chance.randrange(ARTICLES)
                    began = time.monotonic()
                    hits = dense(library, version_of(number, 0).text[:200], 10)
                    hits += library.search_lexical([f"marked{number}x1"], 10, EVERYTHING)
                    found = library.find_passages(hit for hit, _ in hits)
                    ended = time.monotonic()
                    for one in found.values():
                        passage = one.passage
                        of = int(passage.article_id[1:])
                        assert passage.text, "an empty quotation"
                        versions = {(v.text[passage.start : passage.end], v.title) for v in _versions(of)}
                        assert (passage.text, one.title) in versions, "a mixed quotation"
                        seen.append(Seen(began, ended, of, passage.revision))
                    time.sleep(chance.uniform(0, 0.02))
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=ask, args=(random.Random(f"{seed} {n}"),)) for n in range(ASKERS)]  # noqa: S311
        for number in range(ARTICLES):
            _change(changes, number, 1, lambda number=number: put(library, version_of(number, 0)))
        for thread in threads:
            thread.start()
        _write(library, seed, wanted, changes)
        over.set()
        for thread in threads:
            thread.join()
    for error in errors[:3]:
        print(repr(error))  # noqa: T201
    return len(seen), sum(_is_stale(one, changes) for one in seen), len(errors)


VERSIONS = 8


def _versions(number: int) -> list:  # type: ignore[type-arg]
    return [version_of(number, version) for version in range(VERSIONS)]


def _write(library, seed: int, wanted: int, changes: list[Changed]) -> None:  # type: ignore[no-untyped-def]
    """The changes, one after the other; a removed article starts again with its first version."""
    chance = random.Random(seed)  # noqa: S311
    held = dict.fromkeys(range(ARTICLES), 0)
    for _ in range(wanted):
        number = chance.randrange(ARTICLES)
        if number in held and (held[number] + 1 == VERSIONS or chance.random() < 0.3):
            del held[number]
            _change(changes, number, None, lambda number=number: library.remove(f"a{number}"))
        else:
            held[number] = held.get(number, -1) + 1
            article = version_of(number, held[number])
            _change(changes, number, held[number] + 1, lambda article=article: put(library, article))


def _change(changes: list[Changed], number: int, revision: int | None, action) -> None:  # type: ignore[no-untyped-def]
    began = time.monotonic()
    action()
    changes.append(Changed(began, time.monotonic(), number, revision))


def _is_stale(seen: Seen, changes: list[Changed]) -> bool:
    """Whether no state of the article that held during the asking has this revision."""
    own = [change for change in changes if change.number == seen.number]
    for at, change in enumerate(own):
        until = own[at + 1].ended if at + 1 < len(own) else float("inf")
        if change.revision == seen.revision and change.began <= seen.ended and until >= seen.began:
            return False
    return True
