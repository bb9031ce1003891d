import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ingest.errors import NotAnArticleError, SourceError
from ingest.workers.worker import READERS as READERS_OF_DOCUMENTS
from ingest.workers.worker import Limits, Worker
from tests.support.material import SENTENCES, docx, page, pdf

BODY = b"<html><body><article><p>%s</p></article></body></html>"
COSTLY = {
    "100,000 attributes on one paragraph": BODY.replace(
        b"<p>", b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"
    ),
    "300,000 paragraphs": BODY % (b"<p>A paragraph of a few words stands here.</p>" * 300_000),
    "100,000 rows of a table": BODY % (b"<table>" + b"<tr><td>one</td><td>two</td></tr>" * 100_000 + b"</table>"),
}
"""Pages on which trafilatura was measured to work for 23 seconds and more."""
READERS = {
    **READERS_OF_DOCUMENTS,
    "spin": "tests.support.hungry_readers:spin",
    "wait": "tests.support.hungry_readers:wait",
    "eat": "tests.support.hungry_readers:eat",
    "pour": "tests.support.hungry_readers:pour",
    "die": "tests.support.hungry_readers:die",
    "babble": "tests.support.hungry_readers:babble",
    "lie": "tests.support.hungry_readers:lie",
    "echo": "tests.support.hungry_readers:echo",
}


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker() as started:
        yield started


def test_no_process_is_started_until_a_document_needs_it() -> None:
    assert Worker().pid is None


def test_one_process_reads_pages_pdf_and_word_files(worker: Worker) -> None:
    assert SENTENCES[0] in worker.read("html", page().encode()).text
    first = worker.pid
    assert SENTENCES[0] in worker.read("pdf", pdf()).text
    assert SENTENCES[0] in worker.read("docx", docx()).text
    assert worker.pid == first


def test_refusals_come_back_as_what_they_are(worker: Worker) -> None:
    with pytest.raises(NotAnArticleError, match="no article text"):
        worker.read("html", b"<html><body></body></html>")
    with pytest.raises(SourceError, match="password"):
        worker.read("pdf", pdf(password="secret"))


@pytest.mark.parametrize("name", COSTLY)
def test_page_that_costs_too_much_costs_only_itself(name: str) -> None:
    with Worker(Limits(processor_seconds=2, seconds=600)) as worker:
        with pytest.raises(SourceError, match="more than 2 seconds of processor time"):
            worker.read("html", COSTLY[name])
        worker.limits = Limits()
        assert SENTENCES[0] in worker.read("html", page().encode()).text


def test_feed_that_costs_too_much_costs_only_itself() -> None:
    entry = b"<item><title>Reef closed</title><link>https://news.example/reef</link><description>Boats.</description></item>"
    feed = b'<rss version="2.0"><channel>' + entry * 200_000 + b"</channel></rss>"
    with Worker(Limits(processor_seconds=2, seconds=600)) as worker:
        with pytest.raises(SourceError, match="more than 2 seconds of processor time"):
            worker.outline(feed, "https://news.example/feed", "application/rss+xml")
        assert worker.outline(page().encode(), "https://news.example/a", "text/html").kind == "page"


@pytest.mark.parametrize(
    ("kind", "limits", "reason"),
    [
        ("spin", Limits(processor_seconds=1, seconds=600), "more than 1 seconds of processor time"),
        ("wait", Limits(seconds=1), "longer than 1 seconds"),
        ("eat", Limits(memory=1 << 29), "more memory than a document may have"),
        ("pour", Limits(answer=1 << 20), "more than can be kept of one document"),
        ("die", Limits(), "broke the process"),
        ("babble", Limits(), "broke the process"),
        ("lie", Limits(), "broke the process"),
        ("echo", Limits(size=0), "larger than 0 MB"),
    ],
)
def test_document_beyond_a_limit_is_refused_in_words_and_the_next_is_read(
    kind: str, limits: Limits, reason: str
) -> None:
    with Worker(limits, READERS) as worker:
        with pytest.raises(SourceError, match=reason):
            worker.read(kind, b"x")
        worker.limits = Limits()
        assert SENTENCES[0] in worker.read("html", page().encode()).text


def test_page_larger_than_a_page_may_be_is_not_even_sent(worker: Worker) -> None:
    with pytest.raises(SourceError, match="larger than 20 MB"):
        worker.read("html", b" " * (20 << 20) + b"x")
    assert worker.pid is None


def test_a_reader_is_told_the_address_and_what_else_is_known() -> None:
    with Worker(readers=READERS) as worker:
        told = worker.parse("echo", b"text", "https://news.example/a", content_type="text/html")
        assert told == ["text", "https://news.example/a", "text/html"]


def test_worker_that_dies_is_replaced(worker: Worker) -> None:
    worker.read("html", page().encode())
    first = worker.pid
    assert first
    os.kill(first, 9)
    time.sleep(0.2)
    assert SENTENCES[0] in worker.read("html", page().encode()).text
    assert worker.pid != first


def test_closing_ends_the_process() -> None:
    worker = Worker()
    worker.read("html", page().encode())
    pid = worker.pid
    assert pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("library", ["trafilatura", "pypdfium2", "docx", "yaml", "charset_normalizer", "lxml"])
def test_importing_the_layer_does_not_import(library: str) -> None:
    code = f"import sys, ingest; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
