"""Texts without words are refused; pages that share an address are kept apart; links stay out."""

import io
import os
import time
from pathlib import Path

import pytest

import ingest
from corpus import sentence_spans
from ingest.cutting.amount import require_prose
from ingest.errors import SourceError
from ingest.sources.survey import raw_documents, survey
from tests.support.fakes import FakeLibrary
from tests.support.newsroom import STORY


@pytest.mark.parametrize("text", ["a" * 500_000, "." * 500_000, '"' * 500_000, "ab" * 250_000, "-=" * 250_000])
def test_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="no prose"):
        require_prose(text)


def test_text_of_very_many_signs_is_refused() -> None:
    with pytest.raises(SourceError, match="words and signs"):
        require_prose("a." * 1_000_000)


@pytest.mark.parametrize(
    "text", [" ".join(STORY) * 3_000, "维尔莫拉港口委员会" * 20_000, "." * 1000, "12, 34.5 | " * 20_000]
)
def test_prose_is_no_problem(text: str) -> None:
    require_prose(text)


@pytest.mark.parametrize(
    "text", ["." * 300_000, ". " * 150_000, '?"' * 150_000, "." * 300_000 + "\n" + "!" * 9, "。" * 300_000]
)
def test_sentences_of_nothing_but_stops_are_found_at_once(text: str) -> None:
    started = time.process_time()
    sentence_spans(text)
    assert time.process_time() - started < 5


def page(headline: str, text: str) -> str:
    return (
        f"<html lang='en'><head><title>{headline}</title><meta property='og:type' content='article'>"
        f"<link rel='canonical' href='https://courier.example/news.php'></head><body><article><h1>{headline}</h1>"
        f"<p>{text}</p><p>{text.upper()}</p></article></body></html>"
    )


def test_saved_pages_that_all_name_one_address_are_articles_of_their_own(tmp_path: Path) -> None:
    for number, text in enumerate(STORY):
        (tmp_path / f"{number}.html").write_text(page(f"Headline {number}", text))
    library = FakeLibrary()
    for added in (4, 0):
        report = ingest.ingest(library, [tmp_path])
        assert (report.added, report.failed) == (added, ())
    assert len({article.id for article in library.all()}) == 4


def sources_of(folder: Path, follow_links: bool = False) -> tuple[list[str], list[str]]:
    found = survey([folder], follow_links=follow_links)
    items = list(raw_documents(found, io.BytesIO()))
    texts = [item.content.decode() for item in items if hasattr(item, "content")]
    told = [problem.reason for problem in (*found.failed, *found.skipped)]
    return texts, told + [item.reason for item in items if hasattr(item, "reason")]


def test_links_in_a_folder_are_followed_only_where_somebody_says_so(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("plain")
    (folder / "link.txt").symlink_to(outside)
    (folder / "device.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    texts, told = sources_of(folder)
    assert texts == ["plain"]
    assert sum("--follow-links" in reason for reason in told) == 2
    texts, told = sources_of(folder, follow_links=True)
    assert sorted(texts) == ["plain", "secret"]
    assert told == ["is neither a file nor a folder"] * 2


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux has such files")
def test_what_the_kernel_makes_up_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to("/proc/self/environ")
    assert sources_of(tmp_path, follow_links=True) == ([], ["is empty"])


def test_file_that_became_a_link_while_others_were_read_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("plain")
    found = survey([tmp_path])
    path.unlink()
    path.symlink_to("/dev/zero")
    (problem,) = raw_documents(found, io.BytesIO())
    assert "neither a file nor a folder" in str(problem)
