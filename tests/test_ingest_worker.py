import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from material import SENTENCES, docx, page, pdf

from ingest.errors import NotAnArticleError, SourceError
from ingest.worker import Worker

HANGING = (
    b"<html><body><article><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">text</p></article></body></html>"
)
"""A page on which trafilatura was measured to work for more than 45 seconds."""


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


def test_page_that_hangs_costs_only_itself() -> None:
    with Worker(time_limit=4) as worker:
        begun = time.monotonic()
        with pytest.raises(SourceError, match="longer than 4 seconds"):
            worker.read("html", HANGING)
        assert time.monotonic() - begun < 8
        worker.time_limit = 30
        assert SENTENCES[0] in worker.read("html", page().encode()).text


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


@pytest.mark.parametrize("library", ["trafilatura", "pypdf", "docx", "yaml", "charset_normalizer", "lxml"])
def test_importing_the_layer_does_not_import(library: str) -> None:
    code = f"import sys, ingest; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
