"""Real pages and records; nothing of them is in this repository."""

import gzip
import itertools
import json
import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ingest
from ingest.workers.worker import Worker
from tests.support.dumps import articles_in
from tests.support.fakes import FakeLibrary
from tests.trials import benchmark_dumps
from tests.trials.benchmark_extraction import measure, our_text, pages_of, plain_text, score, shares

ARCHIVES = Path(os.environ.get("PRESSMARK_DATA") or Path(__file__).parent.parent / "../shared/data").resolve()
PAGES = ARCHIVES / "html" / "scrapinghub"

pytestmark = [
    pytest.mark.archive,
    pytest.mark.skipif(not PAGES.is_dir(), reason=f"no archives at {ARCHIVES}: set PRESSMARK_DATA"),
]


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def overlap(found: str, expected: str) -> float:
    """The F1 of two texts as bags of words."""
    ours, theirs = words(found), words(expected)
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def test_real_pages_yield_their_article_title_and_date() -> None:
    library = FakeLibrary()
    report = ingest.ingest(library, [PAGES])
    articles = library.all()
    truth = json.loads((ARCHIVES / "html" / "scrapinghub-ground-truth.json").read_text("utf-8"))
    scores = [
        overlap(article.text, truth[Path(article.source or "").name.split(".")[0]]["articleBody"])
        for article in articles
    ]
    assert report.failed == ()
    assert len(articles) >= 0.98 * len(truth)
    assert sum(scores) / len(truth) > 0.94
    assert sum(bool(article.title) for article in articles) >= 0.98 * len(articles)
    assert sum(bool(article.published) for article in articles) >= 0.95 * len(articles)


def test_text_of_real_pages_is_found_at_least_as_well_as_by_trafilatura_alone() -> None:
    """By the published score, on a third of the pages; `tests.trials.benchmark_extraction` measures all of them."""
    pages = pages_of(ARCHIVES / "html")[::3]
    ours, plain = (score(measure(pages, reader)) for reader in (our_text, plain_text))
    assert ours.f1 >= plain.f1 + 0.005
    assert ours.f1 > 0.955
    assert ours.recall > 0.97


def test_the_published_score_is_counted_as_it_is_defined() -> None:
    assert shares("a b c d", "a b c d") == (1.0, 0.0, 0.0)
    assert shares("a b c d e", "b c d e f") == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert shares("", "a b") == (0.0, 0.0, 1.0)
    assert shares("", "") == (0.0, 0.0, 0.0)
    halves = score([shares("a b c d", "a b c d"), shares("x", "a b c d")])
    assert (halves.precision, halves.recall, halves.f1) == (0.5, 0.5, 0.5)


def test_real_records_go_in_whole(tmp_path: Path) -> None:
    with gzip.open(ARCHIVES / "realtimeqa" / "rtqa-2022-articles.jsonl.gz") as lines:
        source = tmp_path / "first.jsonl"
        source.write_bytes(b"".join(itertools.islice(lines, 300)))
    library = FakeLibrary()
    report = ingest.ingest(library, [source])
    # Two addresses stand there twice in different forms, and six texts at two addresses.
    assert (report.added, report.copies, len(report.skipped), report.failed) == (292, 6, 2, ())
    assert all("another form of the address" in problem.reason for problem in report.skipped)
    assert {article.published_method for article in library.all()} == {"record"}
    again = ingest.ingest(library, [source])
    assert (again.added + again.updated, again.unchanged + len(again.skipped)) == (0, 300)


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet", "mbox", "warc.gz", "epub"])
def test_real_articles_come_in_from_every_kind_of_dump_as_from_json_lines(tmp_path: Path, kind: str) -> None:
    records = benchmark_dumps.real_records(ARCHIVES, 60)
    name, write = benchmark_dumps.KINDS[kind]
    write(tmp_path / name, records)
    with Worker() as worker:
        found = benchmark_dumps.compared(records, list(articles_in(tmp_path / name, datetime.now(UTC), worker)))
    # The reader of pages leaves out headlines, "more on this", a paragraph that stands there twice, and lines that are
    # the page's and not the article's: "Advertisement", sign-ups for newsletters, copyright.
    pages = kind in ("warc.gz", "epub")
    assert (found["articles"], found["refused"]) == (60, 0)
    assert found["same words" if pages else "same text"] >= (42 if pages else 60)
    assert found["same day"] >= (57 if pages else 60)
