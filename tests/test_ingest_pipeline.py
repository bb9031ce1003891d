import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import ingest
from corpus import Article, IndexMismatchError, Library, StorageError, Vectors
from ingest import IngestInterrupted, PassageSettings, Problem, Progress, Report
from ingest.report import Tally
from tests.support.fakes import FakeEmbedder, FakeLibrary
from tests.support.material import SENTENCES, TEXT, docx, page, pdf

NOW = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


def run(library: FakeLibrary, *sources: str | Path, stdin: bytes = b"", **settings: Any) -> Report:
    return ingest.ingest(library, sources, stdin=io.BytesIO(stdin), now=lambda: NOW, **settings)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped), len(report.failed)


def records(path: Path, *items: dict[str, Any] | bytes) -> Path:
    lines = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"id": f"a{n}", "title": f"Article {n}", "text": f"{TEXT} Number {n}."} for n in range(count)]


def test_library_on_disk_takes_what_the_fake_takes(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page(url="https://news.example/2015/08/01/pledge"))
    records(tmp_path / "b.jsonl", *numbered(3), {"text": TEXT, "section": {"name": "World"}}, {"title": "no text"})
    with Library.open(tmp_path / "library", embedder=FakeEmbedder()) as on_disk:
        first, again = (ingest.ingest(on_disk, [tmp_path / "a.html", tmp_path / "b.jsonl"]) for _ in range(2))
        assert counts(first) == counts(run(library, tmp_path / "a.html", tmp_path / "b.jsonl")) == (5, 0, 0, 0, 1)
        assert counts(again) == (0, 0, 5, 0, 1)
        assert [on_disk.get(article.id).text for article in library.all()] == [item.text for item in library.all()]
        assert on_disk.stats().passages == first.passages


STORY = f"{TEXT} {TEXT.replace('island', 'atoll')}"
COPIES = (
    {"url": "https://gazette.example/reef", "outlet": "The Gazette", "published": "2015-05-03", "text": STORY},
    {"url": "https://herald.example/reef?gid=1", "outlet": "The Herald", "published": "2015-05-04", "text": STORY},
    {"url": "https://herald.example/reef?gid=2", "outlet": "The Herald", "text": STORY.upper()},
)


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("batch", [1, 512])
def test_the_same_text_at_several_addresses_is_added_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_disk: bool, batch: int
) -> None:
    monkeypatch.setattr("ingest.pipeline.BATCH_PASSAGES", batch)
    path = records(tmp_path / "a.jsonl", *COPIES)
    kept = Library.open(tmp_path / "library", embedder=FakeEmbedder()) if on_disk else FakeLibrary()
    first, again = (run(kept, path) for _ in range(2))
    assert (counts(first), first.copies) == ((1, 0, 0, 0, 0), 2)
    assert (counts(again), again.copies) == ((0, 0, 3, 0, 0), 0)
    if isinstance(kept, Library):
        held = kept.find("https://gazette.example/reef")
        assert held is not None
        assert (held.outlet, held.published) == ("The Gazette", "2015-05-03")
        assert [place.url for place in kept.also_in(held.id)] == [COPIES[1]["url"], COPIES[2]["url"]]
        kept.close()


def test_a_file_that_was_moved_is_one_article(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(STORY)
    with Library.open(tmp_path / "library", embedder=FakeEmbedder()) as library:
        ingest.ingest(library, [tmp_path / "old.txt"])
        (tmp_path / "old.txt").rename(tmp_path / "new.txt")
        moved, again = (ingest.ingest(library, [tmp_path / "new.txt"]) for _ in range(2))
        assert (moved.added, moved.copies, again.unchanged, library.stats().articles) == (0, 1, 1, 1)
        (tmp_path / "new.txt").write_text(STORY.replace("Friday", "Sunday"))
        assert ingest.ingest(library, [tmp_path / "new.txt"]).added == 1


FORMS = ("http://www.news.example/a/?utm_source=x", "https://m.news.example/a#top", "https://news.example/a")


def test_another_form_of_an_address_is_the_same_article(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=FakeEmbedder()) as library:
        reports = [run(library, records(tmp_path / "a.jsonl", {"url": url, "text": STORY})) for url in FORMS]
        assert [counts(report) for report in reports] == [(1, 0, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 1, 0, 0)]
        changed = run(library, records(tmp_path / "a.jsonl", {"url": FORMS[1], "text": TEXT}))
        assert counts(changed) == (0, 1, 0, 0, 0)
        held = library.find("news.example/a") or library.find(FORMS[2])
        assert held is not None
        assert (held.url, held.text) == (FORMS[0], TEXT)


def test_an_article_that_is_held_under_an_older_id_keeps_it(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=FakeEmbedder()) as library:
        old = Article(id="u0123456789abcdef", url=FORMS[0], text=STORY)
        library.put(old, ingest.passages_of(old, library.embedder, PassageSettings()))
        run(library, records(tmp_path / "a.jsonl", {"url": FORMS[1], "text": TEXT}))
        assert [(article.id, article.revision) for article in library.articles()] == [(old.id, 2)]
        numbered = {"id": "n1", "url": FORMS[1], "text": STORY}
        assert run(library, records(tmp_path / "b.jsonl", numbered)).added == 1, "a given id stays"


def test_two_forms_of_an_address_in_one_run_are_one_article(library: FakeLibrary, tmp_path: Path) -> None:
    items = [{"url": url, "text": f"{TEXT} {at}"} for at, url in enumerate(FORMS)]
    report = run(library, records(tmp_path / "a.jsonl", *items))
    assert counts(report) == (1, 0, 0, 2, 0)
    assert "another form of the address of" in report.skipped[0].reason
    twice = run(FakeLibrary(), records(tmp_path / "b.jsonl", items[0], {**items[0], "text": TEXT}))
    assert "duplicate id" in twice.failed[0].reason


def test_library_that_was_cut_otherwise_is_refused(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    run(library, tmp_path)
    with pytest.raises(IndexMismatchError):
        run(library, tmp_path, settings=PassageSettings(target_tokens=80))


def test_every_kind_of_file_becomes_an_article(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.md").write_text(f"# Heading\n\n{TEXT} Again.")
    (tmp_path / "c.html").write_text(page())
    (tmp_path / "d.html.gz").write_bytes(gzip.compress(page(TEXT, "In D.", url="https://news.example/d").encode()))
    (tmp_path / "e.pdf").write_bytes(pdf([*SENTENCES, "In E."]))
    (tmp_path / "f.docx").write_bytes(docx([*SENTENCES, "In F."]))
    records(tmp_path / "g.jsonl", {"text": f"{TEXT} In G.", "id": "g"})
    records(tmp_path / "h.jsonl.gz", {"text": f"{TEXT} In H.", "url": "https://news.example/h#part"})
    report = run(library, tmp_path)
    assert counts(report) == (8, 0, 0, 0, 0)
    assert report.passages == sum(len(drafts) for _, _, drafts in library.contents.values()) > 0
    ids = [article.id for article in library.all()]
    assert ids[:3] == ["a", "b", "c"]
    assert ids[4:7] == ["e", "f", "g"]
    assert all(article.id.startswith("u") and len(article.id) == 17 for article in (library.all()[3], library.all()[7]))
    assert all(SENTENCES[0] in article.text for article in library.all())


def test_article_carries_what_is_known_about_it(library: FakeLibrary, tmp_path: Path) -> None:
    path = tmp_path / "pledge.md"
    path.write_text(
        f"---\ntitle: The pledge\npublished: 2015-08-01\noutlet: Example Times\nsources: [One]\n---\n\n{TEXT}\n"
    )
    run(library, path)
    assert library.get("pledge") == Article(
        id="pledge",
        text=TEXT,
        title="The pledge",
        published="2015-08-01",
        published_method="front matter",
        outlet="Example Times",
        source=str(path),
        fetched="2020-06-15T12:00:00+00:00",
        metadata={"sources": ["One"]},
    )


def test_time_of_the_file_is_never_the_date_of_publication(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.html").write_text(page())
    run(library, tmp_path)
    assert [(article.published, article.published_method) for article in library.all()] == [(None, None)] * 2


def test_running_again_changes_nothing_and_embeds_nothing(library: FakeLibrary, tmp_path: Path) -> None:
    records(tmp_path / "a.jsonl", *numbered(5))
    (tmp_path / "b.html").write_text(page())
    run(library, tmp_path)
    before, embedded = dict(library.contents), library.embedder.texts_embedded
    report = ingest.ingest(library, [tmp_path], now=lambda: datetime(2021, 1, 1, tzinfo=UTC))
    assert counts(report) == (0, 0, 6, 0, 0)
    assert library.contents == before
    assert library.embedder.texts_embedded == embedded


def test_running_again_adds_what_is_new_and_updates_what_changed(library: FakeLibrary, tmp_path: Path) -> None:
    path = records(tmp_path / "a.jsonl", *numbered(2))
    run(library, path)
    changed = numbered(3)
    changed[1]["text"] += " Corrected."
    records(path, *changed)
    assert counts(run(library, path)) == (1, 1, 1, 0, 0)


def test_bad_lines_are_reported_and_the_rest_go_in(library: FakeLibrary, tmp_path: Path) -> None:
    good = numbered(2)
    path = records(tmp_path / "a.jsonl", good[0], b'{"text": "broken', {"title": "no text"}, {"text": " \0 "}, good[1])
    report = run(library, path)
    assert counts(report) == (2, 0, 0, 0, 3)
    assert [(problem.where, problem.line) for problem in report.failed] == [
        (str(path), 2),
        (str(path), 3),
        (str(path), 4),
    ]
    assert report.failed[2].reason == "holds no text"


@pytest.mark.parametrize("value", ["yesterday", "2015-02-30", "01/08/2015"])
def test_record_with_a_date_that_is_none_fails_and_names_it(library: FakeLibrary, tmp_path: Path, value: str) -> None:
    report = run(library, records(tmp_path / "a.jsonl", {"text": TEXT, "published": value}))
    (problem,) = report.failed
    assert repr(value) in problem.reason
    assert "2015-08-01" in problem.reason
    assert library.all() == []


def test_same_article_twice_in_a_run_is_skipped(library: FakeLibrary, tmp_path: Path) -> None:
    path = records(tmp_path / "a.jsonl", {"id": "x", "text": TEXT}, {"id": "x", "text": TEXT})
    report = run(library, path)
    assert counts(report) == (1, 0, 0, 1, 0)
    assert report.skipped == (Problem(str(path), 2, f"the same article as {path}, line 1"),)


def test_same_id_with_another_text_in_a_run_fails(library: FakeLibrary, tmp_path: Path) -> None:
    path = records(tmp_path / "a.jsonl", {"id": "x", "text": TEXT}, {"id": "x", "text": "Another text."})
    report = run(library, path)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.failed[0].reason.startswith(f"duplicate id 'x', first seen at {path}, line 1")
    assert library.get("x").text == TEXT


def test_records_without_id_and_url_are_told_apart_by_their_text(library: FakeLibrary, tmp_path: Path) -> None:
    report = run(library, records(tmp_path / "a.jsonl", {"text": TEXT}, {"text": "Another text."}, {"text": TEXT}))
    assert counts(report) == (2, 0, 0, 1, 0)
    assert all(article.id.startswith("t") and len(article.id) == 17 for article in library.all())


def test_fragment_of_an_address_does_not_make_another_article(library: FakeLibrary, tmp_path: Path) -> None:
    items = [{"text": TEXT, "url": f"https://news.example/a{fragment}"} for fragment in ("", "#comments")]
    assert counts(run(library, records(tmp_path / "a.jsonl", *items))) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("together", [True, False])
def test_files_of_one_name_in_two_folders_are_two_articles(
    library: FakeLibrary, tmp_path: Path, together: bool
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"{TEXT} In folder {name}.")
    runs = [[tmp_path / "one", tmp_path / "two"]] if together else [[tmp_path / "one"], [tmp_path / "two"]]
    for sources in runs * 2:
        report = run(library, *sources)
        assert report.failed == ()
    first, second = library.all()
    assert first.id == "a"
    assert second.id.startswith("a-")
    assert len(second.id) == len("a-") + 6
    assert report.added == report.updated == 0


def test_moved_file_is_not_added_again(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a.txt").write_text(TEXT)
    run(library, tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert counts(run(library, tmp_path / "new")) == (0, 0, 1, 0, 0)
    assert [article.id for article in library.all()] == ["a"]


def test_page_that_is_not_an_article_is_skipped(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html><head><title>Sign in</title></head><body><form><input></form></body></html>"
    )
    report = run(library, tmp_path)
    assert counts(report) == (0, 0, 0, 1, 0)
    assert "no article text" in report.skipped[0].reason


def test_text_over_the_limit_is_refused_in_words(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * 1_100_000)
    (problem,) = run(library, tmp_path).failed
    assert problem.reason == "the text has 5,499,999 characters, more than 5,000,000: split it into articles"


def test_text_without_a_word_is_refused(library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.cutting.cutter.passages_of", lambda *_: [])
    (tmp_path / "a.txt").write_text("…")
    (problem,) = run(library, tmp_path).failed
    assert problem.reason == "the text has no words"


def test_odd_characters_are_dropped_before_the_text_is_kept(library: FakeLibrary, tmp_path: Path) -> None:
    line = b'{"id": "x", "text": "One\\u0000 \\ud800 tw\\u202eo.", "title": "A\\u0000\\nB", "authors": ["C\\udfff"]}'
    run(library, records(tmp_path / "a.jsonl", line))
    article = library.get("x")
    assert (article.text, article.title, article.authors) == ("One \ufffd two.", "A B", ("C\ufffd",))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"text": "One."}\n{"text": "Two."}\n', 2),
        (page().encode(), 1),
        (b"Plain words of an article.", 1),
    ],
)
def test_standard_input_is_read(library: FakeLibrary, content: bytes, expected: int) -> None:
    report = run(library, "-", stdin=content)
    assert counts(report) == (expected, 0, 0, 0, 0)
    assert {article.source for article in library.all()} == {"standard input"}


def test_missing_path_does_not_stop_the_others(library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    report = run(library, tmp_path / "gone", tmp_path / "a.txt")
    assert counts(report) == (1, 0, 0, 0, 1)


def test_full_disk_ends_the_run_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    library = FakeLibrary(fail_after=3)
    path = records(tmp_path / "a.jsonl", *numbered(10))
    report = run(library, path)
    assert counts(report) == (3, 0, 0, 0, 1)
    assert report.failed == (Problem(str(path), 4, "could not be stored: the disk is full"),)
    assert "the disk is full" in report.stopped
    assert "6 more articles" in report.stopped
    library.fail_after = None
    assert counts(run(library, path)) == (7, 0, 3, 0, 0)


def interrupting(library: FakeLibrary, article_id: str) -> Callable[[Article], None]:
    def before_put(article: Article) -> None:
        if article.id == article_id:
            library.before_put = None
            raise KeyboardInterrupt

    return before_put


def test_interruption_loses_nothing_that_was_read(library: FakeLibrary, tmp_path: Path) -> None:
    library.before_put = interrupting(library, "a2")
    path = records(tmp_path / "a.jsonl", *numbered(6))
    with pytest.raises(IngestInterrupted) as caught:
        run(library, path)
    assert caught.value.report.added == 6
    assert [article.id for article in library.all()] == [f"a{n}" for n in range(6)]
    assert counts(run(library, path)) == (0, 0, 6, 0, 0)


def test_second_interruption_ends_at_once_with_what_was_stored(library: FakeLibrary, tmp_path: Path) -> None:
    def before_put(article: Article) -> None:
        if article.id != "a0":
            raise KeyboardInterrupt

    library.before_put = before_put
    with pytest.raises(KeyboardInterrupt) as caught:
        run(library, records(tmp_path / "a.jsonl", *numbered(6)))
    assert isinstance(caught.value, IngestInterrupted)
    assert caught.value.report.added == 1
    assert "5 more articles" in caught.value.report.stopped


def test_interruption_while_reading_keeps_what_was_read(library: FakeLibrary, tmp_path: Path) -> None:
    def stop_once(progress: Progress) -> None:
        if progress.current.endswith("b.txt") and not interruptions:
            interruptions.append(progress)
            raise KeyboardInterrupt

    interruptions: list[Progress] = []
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(f"{TEXT} In {name}.")
    with pytest.raises(IngestInterrupted) as caught:
        run(library, tmp_path, progress=stop_once)
    assert caught.value.report.added == 1
    assert [article.id for article in library.all()] == ["a"]
    assert counts(run(library, tmp_path)) == (2, 0, 1, 0, 0)


def test_full_disk_after_an_interruption_is_told(tmp_path: Path) -> None:
    failures = iter([KeyboardInterrupt(), StorageError("the disk is full")])

    def before_put(article: Article) -> None:
        raise next(failures)

    with pytest.raises(IngestInterrupted) as caught:
        run(FakeLibrary(before_put=before_put), records(tmp_path / "a.jsonl", *numbered(3)))
    assert [problem.line for problem in caught.value.report.failed] == [1]
    assert "the disk is full" in caught.value.report.stopped


def test_articles_are_embedded_in_batches(
    library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.BATCH_PASSAGES", 4)
    sizes: list[int] = []
    original = library.vectors_for

    def counted(cut: Any, done: Callable[[int], None] | None = None) -> list[Vectors]:
        sizes.append(len(cut))
        return original(cut, done)

    monkeypatch.setattr(library, "vectors_for", counted)
    run(library, records(tmp_path / "a.jsonl", *numbered(10)))
    assert sum(sizes) == 10
    assert 1 < len(sizes) < 10


def test_progress_grows_to_the_whole(library: FakeLibrary, tmp_path: Path) -> None:
    seen: list[Progress] = []
    path = records(tmp_path / "a.jsonl", *numbered(10))
    report = run(library, path, progress=seen.append)
    assert [progress.done_bytes for progress in seen] == sorted(progress.done_bytes for progress in seen)
    assert [progress.passages for progress in seen] == sorted(progress.passages for progress in seen)
    assert (seen[-1].articles, seen[-1].passages) == (10, report.passages)
    assert seen[-1].done_bytes == seen[-1].total_bytes == path.stat().st_size
    assert seen[-1].current == str(path)


def test_time_left_follows_from_the_bytes_done() -> None:
    seconds = iter([0.0, 0.1, 10.0])
    seen: list[Progress] = []
    tally = Tally(1000, seen.append, clock=lambda: next(seconds))
    tally.reading("a.txt", 100)
    tally.embedded(50)
    assert seen[0].seconds_left is None
    assert (seen[1].rate, seen[1].seconds_left) == (5.0, 90.0)


def test_problem_reads_as_a_sentence() -> None:
    assert str(Problem("a.jsonl", 3, "is not JSON")) == "a.jsonl, line 3: is not JSON"
    assert str(Problem("a.txt", None, "is empty")) == "a.txt: is empty"
