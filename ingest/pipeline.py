"""The whole way of an article into a library, in one function."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from corpus.errors import DamagedArticleError, InvalidArticleError, StorageError
from corpus.store.following import Visit
from ingest.batch import BATCH_PASSAGES, Batch, CrewedLibrary, TargetLibrary, note_problem, require_wanted
from ingest.cutting.articles import Register
from ingest.cutting.cutter import Cutter
from ingest.cutting.passages import PassageSettings
from ingest.errors import IngestError, IngestInterrupted, SameArticleError
from ingest.raw import Gone, Item, RawDocument
from ingest.report import Passed, Progress, Report, Tally
from ingest.run_record import RunRecord
from ingest.sources.source import Reading
from ingest.sources.survey import FileBelow, raw_documents, survey
from ingest.web.visiting import Web, WebSettings
from ingest.workers.cluster import ClusterError, Crew
from ingest.workers.worker import Worker


def utc_now() -> datetime:
    """The time of reading."""
    return datetime.now(UTC)


def ingest(
    library: TargetLibrary,
    sources: Sequence[str | Path | FileBelow],
    progress: Callable[[Progress], None] | None = None,
    stdin: BinaryIO | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    follow_links: bool = False,
    settings: PassageSettings | None = None,
    web: WebSettings | None = None,
    now: Callable[[], datetime] = utc_now,
    crew: Crew | None = None,
) -> Report:
    """Add what the sources hold to a library, and report what became of each article.

        sources → raw documents → extracts → articles → those not held yet → passages → vectors → library

    What the library holds already is left alone, so that running again adds what is missing; of an article whose text
    it holds under another address only that address is kept. An article that cannot be read is reported and the rest go
    in; a library that cannot store any more ends the run, and the report says so. On Ctrl-C what has been read is still
    stored (unless interrupted again), and `IngestInterrupted` carries the report.
    Addresses of the web are fetched as `web` says; the library keeps a record of the run.
    `columns` says for tables which column holds which field of an article ({"text": "body"}); `follow_links` admits
    links to files that lie in folders.
    A `crew` reads and cuts documents ahead; `ingest_on_cluster` brings one.
    """
    found = survey(sources, follow_links=follow_links)
    tally = Tally(found.total_bytes, progress)
    tally.failed += found.failed
    tally.skipped += found.skipped
    settings = settings or PassageSettings()
    with (
        Worker() as worker,
        Web(library, worker, web or WebSettings(), now, lambda url: tally.reading(url, 0)) as asked,
    ):
        tally.pages = asked.counts
        batch = Batch(library, tally, asked, crew.batch_passages if crew else BATCH_PASSAGES)
        record = RunRecord(library, sources, now)
        try:
            library.require_passages(settings.describe())
            record.start()
            register = Register(library)
            reading = Reading(stdin or sys.stdin.buffer, asked, columns or {})
            cutter = Cutter(worker, library.embedder, settings, now)
            cutter = crew.cutter(cutter) if crew else cutter
            for raw in _counted(cutter.ahead(raw_documents(found, reading.stdin, reading)), tally, batch):
                try:
                    article, drafts = cutter.prepare(raw)
                    article = register.identified(article, raw)
                    require_wanted(article, raw, asked)
                    article = register.settle(article, raw)
                    if library.holds(article) or (not raw.url and library.was_superseded(article)):
                        tally.stored("unchanged", 0)
                        batch.note(raw, article)
                    elif copy := library.keep_copy(article):
                        tally.stored(copy.kind, 0)
                        batch.note(raw, article)
                    else:
                        batch.add(raw, article, drafts or cutter.cut(article))
                except ClusterError:
                    raise  # it concerns every document, not this one
                except (IngestError, InvalidArticleError, DamagedArticleError) as error:
                    note_problem(tally, raw, error)
                    batch.note(raw, article if isinstance(error, SameArticleError) else None)
            batch.store()
        except KeyboardInterrupt:
            batch.store_the_rest()
            record.end(tally, "interrupted")
            raise IngestInterrupted(tally.report()) from None
        except StorageError as error:
            tally.stopped = f"the library cannot be written: {error}. {batch.left_words()}"
        record.end(tally)
    return tally.report()


def _counted(items: Iterator[Item], tally: Tally, batch: Batch) -> Iterator[RawDocument]:
    """The raw documents, while what else a source tells goes to the report and to the library's memory."""
    for item in items:
        match item:
            case RawDocument():
                tally.reading(item.where, item.done_bytes)
                yield item
            case Gone():
                tally.gone.append(item.problem)
                batch.after(item.visit)
            case Visit():
                batch.after(item)
            case Passed():
                tally.skipped.append(item)
            case _:
                tally.failed.append(item)


def ingest_on_cluster(library: CrewedLibrary, address: str, sources: Sequence[str | Path], **options: Any) -> Report:
    """`ingest`, while the workers of a Ray cluster read and cut the documents and embed the passages."""
    embedder = library.embedder
    with Crew(address, embedder) as crew:
        library.embedder = crew.embedder
        try:
            return ingest(library, sources, crew=crew, **options)
        finally:
            library.embedder = embedder
