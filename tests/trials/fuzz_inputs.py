"""Rubbish in: mutated documents of every kind go through the real pipeline, and each must be done or refused in words.

    python -m tests.trials.fuzz_inputs [--count N] [--seed N] [--batch N]

Documents of every kind that the program reads are made on the spot (real pages are added where $PRESSMARK_DATA has
some), mutated, and added in batches to a library in memory. Sound articles stand among them and must go in. Counted
are inputs, articles, refusals by reason, batches that broke off, inputs of which nothing was heard, sound articles that
were lost, and articles that break a rule (characters, addresses, dates ahead). Lists of addresses (feeds, sitemaps) are
read in the worker alone, since what they name would be fetched.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus import Article
from ingest import IngestError, ingest
from ingest.extraction.canonical import is_front
from ingest.formats.records import is_address
from ingest.workers.worker import READERS, Limits, Worker
from tests.support.fakes import FakeLibrary
from tests.support.material import TEXT
from tests.trials import fuzz_material

NOW = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)
FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\U000e0000-\U000e007f]")
SOUND = 5
"""Sound articles in every batch."""
NUMBERS = re.compile(r"first seen at .*|same article as .*|\d[\d,.]*|'[^']*'|\"[^\"]*\"|\(.*")


@dataclass
class Outcome:
    """What became of all inputs; the lists name what must not happen."""

    inputs: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    broken_off: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not happen."""
        return [*self.broken_off, *self.unheard, *self.lost, *self.wrong]


def readable_suffixes() -> list[str]:
    """The endings of files that the program reads, except of lists of addresses."""
    from ingest.sources.readers import LISTS, READERS

    return [suffix for suffix in READERS if suffix not in LISTS]


def inputs(count: int, seed: int, real: Sequence[bytes] = ()) -> Iterator[tuple[str, bytes]]:
    """(ending, content) of so many documents, the same ones for the same seed.

    One in eight is sound but for a naughty string as its text, title, address or date; the others are mutated.
    """
    chance = random.Random(seed)  # noqa: S311  # repeatable, no secret
    made = fuzz_material.seeds(readable_suffixes())
    made[".html"] = [*made[".html"], *real]
    kinds = [*made, *([".html"] * 4)]  # most of what comes in is pages
    for number in range(count):
        if number % 8 == 0:
            named = {chance.choice(("text", "title", "address", "day")): chance.choice(fuzz_material.NAUGHTY)}
            page = _numbered(chance.choice(fuzz_material.pages(**named)), number)
            suffix, content = chance.choice(
                ((".html", page), (".jsonl", _numbered(fuzz_material.records(**named), number)))
            )
        else:
            suffix = chance.choice(kinds)
            content = fuzz_material.mutated(_numbered(chance.choice(made[suffix]), number), chance)
        yield suffix, content


def _numbered(content: bytes, number: int) -> bytes:
    """The document under an address and an id of its own, so that it is no double of another."""
    return content.replace(b"/pledge", b"/pledge-%d" % number).replace(b'"id": "', b'"id": "%d-' % number)


def fuzz(documents: Sequence[tuple[str, bytes]], folder: Path, outcome: Outcome) -> None:
    """Add one batch to a library of its own, and note what became of each document."""
    for number, (suffix, content) in enumerate(documents):
        (folder / f"input-{number:05}{suffix}").write_bytes(content)
        outcome.inputs[suffix] += 1
    for number in range(SOUND):
        (folder / f"input-{number * len(documents) // SOUND:05}-sound.txt").write_text(f"{TEXT} Number {number}.")
    library = FakeLibrary()
    try:
        report = ingest(library, [folder], stdin=io.BytesIO(), now=lambda: NOW)
    except Exception as error:
        outcome.broken_off.append(f"{folder}: {type(error).__name__}: {error}")
        return
    problems = [*report.failed, *report.skipped]
    stored = {article.source for article in library.all()} | library.place_sources
    heard = {problem.where for problem in problems} | stored
    # What lies within a file is named by the file and its own address.
    heard_of = {path for path in folder.iterdir() if any((name or "").startswith(str(path)) for name in heard)}
    outcome.unheard += [str(path) for path in folder.iterdir() if path not in heard_of]
    outcome.lost += [str(path) for path in folder.glob("*-sound.txt") if str(path) not in stored]
    outcome.broken_off += [report.stopped] if report.stopped else []
    outcome.articles += len(stored)
    outcome.refused.update(NUMBERS.sub("…", problem.reason)[:70] for problem in problems)
    outcome.unheard += [f"{problem.where}: no reason" for problem in problems if not problem.reason.strip()]
    outcome.wrong += [f"{article.source}: {fault}" for article in library.all() for fault in faults(article)]


def faults(article: Article) -> list[str]:
    """What is wrong with an article that was stored."""
    lines = (article.title, article.outlet, article.section, *article.authors, article.url or "")
    found = ["a character that nobody can see"] if FORBIDDEN.search(" ".join((article.text, *lines))) else []
    found += ["a line that is several"] if any("\n" in line for line in lines) else []
    found += ["an address that could run something"] if article.url and not is_address(article.url) else []
    of_page = (article.source or "").endswith((".html", ".htm", ".html.gz"))
    found += ["the address of a front page"] if of_page and article.url and is_front(article.url) else []
    if of_page:
        days = [kept[:10] for kept in (article.published, article.updated) if kept]
        found += ["a date ahead"] if any(day > (NOW + timedelta(hours=14)).date().isoformat() for day in days) else []
    return found


def fuzz_lists(count: int, seed: int, outcome: Outcome) -> None:
    """Mutated feeds, in the worker alone, where it reads lists of addresses."""
    chance = random.Random(seed)  # noqa: S311
    if "outline" not in READERS:
        return
    with Worker(Limits()) as worker:
        for number in range(count):
            outcome.inputs["feed"] += 1
            try:
                worker.parse(
                    "outline",
                    fuzz_material.mutated(fuzz_material.feed(), chance),
                    fuzz_material.ADDRESS,
                    content_type="",
                )
            except IngestError as error:
                outcome.refused[NUMBERS.sub("…", str(error))[:70]] += 1
            except Exception as error:
                outcome.broken_off.append(f"feed {number}: {type(error).__name__}: {error}")


def run(count: int, seed: int, batch: int, real: Sequence[bytes] = ()) -> Outcome:
    """Fuzz with so many inputs in batches."""
    outcome = Outcome()
    documents = list(inputs(count, seed, real))
    for start in range(0, count, batch):
        with tempfile.TemporaryDirectory() as folder:
            fuzz(documents[start : start + batch], Path(folder).resolve(), outcome)
    fuzz_lists(count // 10, seed, outcome)
    return outcome


def main() -> None:
    """Fuzz and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.fuzz_inputs", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=250)
    chosen = parser.parse_args()
    data = os.environ.get("PRESSMARK_DATA")
    real = fuzz_material.real_pages(Path(data) / "html" / "scrapinghub", 40) if data else []
    started = time.monotonic()
    outcome = run(chosen.count, chosen.seed, chosen.batch, real)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{outcome.inputs.total()} inputs {dict(outcome.inputs)}, seed {chosen.seed}, {len(real)} real pages")  # noqa: T201
    print(f"{time.monotonic() - started:.0f} s, at most {memory} MB in this process")  # noqa: T201
    print(f"{outcome.articles} files became articles; refused {outcome.refused.total()}:")  # noqa: T201
    for reason, number in outcome.refused.most_common(40):
        print(f"{number:6}  {reason}")  # noqa: T201
    for kind in ("broken_off", "unheard", "lost", "wrong"):
        print(kind, len(getattr(outcome, kind)), getattr(outcome, kind)[:10])  # noqa: T201


if __name__ == "__main__":
    main()
