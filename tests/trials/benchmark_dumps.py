"""The same articles from every kind of dump: does each come in with its text and date, how fast, in how much memory?

    python -m tests.trials.benchmark_dumps [--limit N] [--kind csv …]

Reads $PRESSMARK_DATA/archive/allsides-12k.jsonl.gz, writes it as a table, a web archive, a mailbox and a book into a
temporary folder, and reads each in a process of its own, up to the finished article (without passages and vectors).
"Same text" is letter by letter, from pages and books word by word. The memory is the most that the process held; what
reads pages and letters is another process.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus import Article
from ingest.workers.worker import Worker
from tests.support.dumps import articles_in, dated_message, epub, http, mbox, record, simple_page, table, warc

Records = Sequence[dict[str, Any]]
HEADER = ("url", "headline", "date", "publication", "author", "content")


def real_records(data: Path, limit: int | None) -> list[dict[str, Any]]:
    """The first articles of the archive."""
    with gzip.open(data / "archive" / "allsides-12k.jsonl.gz") as lines:
        return [json.loads(line) for line in itertools.islice(lines, limit)]


def as_jsonl(path: Path, records: Records) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")


def as_csv(path: Path, records: Records) -> None:
    table(path, [HEADER, *(_row(one) for one in records)])


def as_parquet(path: Path, records: Records) -> None:
    import pyarrow
    from pyarrow import parquet

    columns = zip(*(_row(one) for one in records), strict=True)
    parquet.write_table(pyarrow.table(dict(zip(HEADER, map(list, columns), strict=True))), path, compression="zstd")


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    authors = "; ".join(one.get("authors") or [])
    return (one["url"], one["title"], one.get("published") or "", one.get("outlet") or "", authors, one["text"])


def as_warc(path: Path, records: Records) -> None:
    warc(path, *(record(http(_page(one)), one["url"]) for one in records))


def as_mbox(path: Path, records: Records) -> None:
    mbox(path, (dated_message(one["title"], one["text"], one.get("published")) for one in records))


def as_epub(path: Path, records: Records) -> None:
    epub(path, {f"{n}.xhtml": _page(one) for n, one in enumerate(records)})


def _page(one: dict[str, Any]) -> bytes:
    return simple_page(one["title"], one["text"], one.get("published"))


KINDS: dict[str, tuple[str, Callable[[Path, Records], None]]] = {
    "jsonl": ("all.jsonl", as_jsonl),
    "csv": ("all.csv", as_csv),
    "csv.gz": ("all.csv.gz", as_csv),
    "parquet": ("all.parquet", as_parquet),
    "mbox": ("all.mbox", as_mbox),
    "warc.gz": ("all.warc.gz", as_warc),
    "epub": ("all.epub", as_epub),
}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def compared(records: Records, found: Sequence[Article | str]) -> dict[str, int]:
    """How many of the articles came in, with the same text, the same words, and the same day."""
    articles = [article for article in found if isinstance(article, Article)]
    texts = {article.text for article in articles}
    said = {_told(article.text, article.title) for article in articles}
    days = {_told(article.text, article.title)[:300]: (article.published or "")[:10] for article in articles}
    return {
        "articles": len(articles),
        "refused": len(found) - len(articles),
        "same text": sum(_clean(one) in texts for one in records),
        "same words": sum(_told(_clean(one), one["title"]) in said for one in records),
        "same day": sum(
            days.get(_told(_clean(one), one["title"])[:300]) == (one.get("published") or "") for one in records
        ),
    }


def _told(text: str, title: str) -> str:
    """The words of a text without its headline, which the reader of pages keeps in the title alone."""
    said, headline = words(text), words(title)
    return " ".join(said[len(headline) :] if said[: len(headline)] == headline else said)


def _clean(one: dict[str, Any]) -> str:
    from ingest.text.decoding import clean_text

    return clean_text(one["text"])


def peak() -> float:
    """The most memory that this process has held, in megabytes; getrusage would count what its parent held as well."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def measured(path: Path) -> dict[str, float]:
    """Read a dump to its end, keeping nothing."""
    with Worker() as worker:
        before, started = peak(), time.monotonic()
        count = sum(1 for _ in articles_in(path, datetime.now(UTC), worker))
        return {"seconds": time.monotonic() - started, "read": count, "MB before": before, "MB peak": peak()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.benchmark_dumps", description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--kind", action="append", choices=KINDS)
    chosen = parser.parse_args()
    records = real_records(Path(os.environ["PRESSMARK_DATA"]), chosen.limit)
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch, fresh.Pool(1, maxtasksperchild=1) as pool:
        for kind in chosen.kind or KINDS:
            name, write = KINDS[kind]
            write(Path(scratch, name), records)
            figures = pool.apply(measured, (Path(scratch, name),))
            with Worker() as worker:
                same = compared(records, list(articles_in(Path(scratch, name), datetime.now(UTC), worker)))
            size = Path(scratch, name).stat().st_size / (1 << 20)
            rate = figures["read"] / figures["seconds"]
            print(  # noqa: T201
                f"{kind:8} {size:6.1f} MB {figures['seconds']:6.1f} s {rate:7.0f}/s "
                f"{figures['MB before']:5.0f} → {figures['MB peak']:4.0f} MB  {same}"
            )


if __name__ == "__main__":
    main()
