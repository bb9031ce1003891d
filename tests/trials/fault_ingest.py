"""`ingest` that is killed and run again, each time with its articles in another order."""

from __future__ import annotations

import json
import random
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import corpus.index.dense
import ingest.pipeline
from corpus import Article, Change, Library
from tests.support.shelves import SMALL, assert_whole, open_fake, some_article
from tests.trials.fault_history import state, unsound
from tests.trials.fault_supervisor import Tally, forked, scratch_folder
from tests.trials.fault_workload import Failpoints

ARTICLES = 30


@dataclass(frozen=True)
class Undisturbed:
    """What an ingest that nothing befell leaves, and how many points of the program it passed."""

    state: str
    points: int


def ingests(seed: int, wanted: int) -> Tally:
    """What was stored when it died is there, whole; run again to its end it makes what an undisturbed one makes."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    with scratch_folder() as scratch:
        calm = _undisturbed(scratch, chance)
        tally.facts["orders with another result"] = sum(
            _undisturbed(scratch, chance).state != calm.state for _ in range(5)
        )
        tally.failures += ["another order made another library"] * tally.facts["orders with another result"]
        while tally.trials["killed"] < wanted:
            folder, log, deaths = scratch / "library", scratch / "log", 0
            while True:
                die_at = chance.randint(1, calm.points) if deaths < 5 and tally.trials["killed"] < wanted else 0
                source = _source(scratch, chance)
                ended = forked(lambda: _ingest(folder, source, log, die_at))  # noqa: B023
                if ended.status != -signal.SIGKILL:
                    break
                deaths += 1
                looked = forked(lambda: _look(folder, log))  # noqa: B023
                tally.note("killed", [looked.said[-600:]] if looked.status else [], f"seed {seed}, point {die_at}")
            wrong = [ended.said[-600:]] if ended.status else []
            if not wrong and state(folder / "store.db") != calm.state:
                wrong = ["run again it made another library than an undisturbed one"]
            tally.failures += wrong
            tally.facts["finished after kills"] += 1
            shutil.rmtree(folder)
            log.unlink(missing_ok=True)
    return tally


def _undisturbed(scratch: Path, chance: random.Random) -> Undisturbed:
    folder, result, source = scratch / "calm", scratch / "points", _source(scratch, chance)
    ended = forked(lambda: result.write_text(str(_ingest(folder, source, scratch / "calm.log", 0)), "utf-8"))
    if ended.status:
        raise RuntimeError(f"the undisturbed ingest failed:\n{ended.said}")
    found = Undisturbed(state(folder / "store.db"), int(result.read_text("utf-8")))
    shutil.rmtree(folder)
    (scratch / "calm.log").unlink()
    return found


def _articles() -> list[Article]:
    return [some_article(number, sentences=4 + number % 5) for number in range(ARTICLES)]


def _source(scratch: Path, chance: random.Random) -> Path:
    """The articles in an order of their own."""
    articles = _articles()
    chance.shuffle(articles)
    fields = ("id", "title", "text", "published", "outlet", "url")
    path = scratch / "articles.jsonl"
    path.write_text("\n".join(json.dumps({name: getattr(one, name) for name in fields}) for one in articles), "utf-8")
    return path


def _ingest(folder: Path, source: Path, log: Path, die_at: int) -> int:
    """Ingest, noting what is stored; returns how many points of the program were passed."""
    corpus.index.dense.ATTEMPTS, ingest.batch.BATCH_PASSAGES = 0, 40
    put = Library.put

    def noted(library: Library, article: Article, *values: object) -> Change:
        change = put(library, article, *values)  # type: ignore[arg-type]
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{article.id}\n")
        return change

    Library.put = noted  # type: ignore[method-assign,assignment]
    points = Failpoints(die_at, str(Path(ingest.pipeline.__file__).parent))
    points.start()
    with open_fake(folder) as library:
        report = ingest.ingest(library, [source], settings=SMALL)
    assert not report.failed
    assert not report.stopped
    return points.stop()


def _look(folder: Path, log: Path) -> None:
    stored = set(log.read_text("utf-8").split()) if log.exists() else set()
    corpus.index.dense.ATTEMPTS = 0
    with open_fake(folder) as library:
        there = {listed.id for listed in library.articles()}
        assert stored <= there, f"lost: {stored - there}"
        for article in _articles():
            if article.id in there:
                found = library.get(article.id)
                assert (found.text, found.title) == (article.text, article.title)
                assert_whole(library, found)
    assert unsound(folder / "store.db") == []
