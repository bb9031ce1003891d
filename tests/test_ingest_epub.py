"""Books: the documents of the spine become articles; archives that are traps are refused."""

import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ingest
from ingest.errors import SourceError
from ingest.formats.zipped import is_below, open_zip, read_entry
from tests.support.dumps import BOOK, OPF, epub, read, simple_page
from tests.support.fakes import FakeLibrary
from tests.support.material import TEXT

NOW = datetime(2022, 1, 1, tzinfo=UTC)
FIRST, SECOND = simple_page("The pledge", TEXT), simple_page("The reef", TEXT.replace("island", "reef"))
CHAPTERS = {"text/one.xhtml": FIRST, "text/two.xhtml": SECOND}


def test_documents_of_the_spine_are_articles_in_order_that_inherit_from_the_book(tmp_path: Path) -> None:
    path = epub(tmp_path / "review.epub", CHAPTERS)
    library = FakeLibrary()
    report = ingest.ingest(library, [path], now=lambda: NOW)
    assert (report.added, report.failed, report.skipped) == (2, (), ())
    first, second = library.all()
    assert (first.id, first.title, first.outlet) == ("review/OEBPS/text/one", "The pledge", "Island Review")
    assert (first.published, first.published_method) == ("2015-08-01", "book metadata")
    assert first.source == str(path)
    assert (first.section, second.section) == ("Island Review", "Island Review")
    assert (second.id, second.title) == ("review/OEBPS/text/two", "The reef")
    assert TEXT in first.text
    assert ingest.ingest(library, [path]).unchanged == 2


def test_document_that_knows_more_of_itself_is_believed(tmp_path: Path) -> None:
    dated = simple_page("The pledge", TEXT, "2015-07-07")
    library = FakeLibrary()
    ingest.ingest(library, [epub(tmp_path / "a.epub", {"a.xhtml": dated})], now=lambda: NOW)
    assert library.all()[0].published == "2015-07-07"


def test_documents_without_enough_text_are_skipped(tmp_path: Path) -> None:
    cover = b"<html><body><p>Island Review</p></body></html>"
    report = ingest.ingest(FakeLibrary(), [epub(tmp_path / "a.epub", {"cover.xhtml": cover, **CHAPTERS})])
    assert (report.added, len(report.skipped), report.failed) == (2, 1, ())
    assert "cover.xhtml" in report.skipped[0].where


@pytest.mark.parametrize(
    ("metadata", "published", "outlet"),
    [
        (BOOK.replace("<dc:date>", '<dc:date opf:event="modification" xmlns:opf="x">'), None, "Island Review"),
        (BOOK.replace("<dc:date>", '<dc:date opf:event="publication" xmlns:opf="x">'), "2015-08-01", "Island Review"),
        (BOOK.replace("2015-08-01", "2999-01-01"), None, "Island Review"),
        (BOOK.replace("2015-08-01", "some day"), None, "Island Review"),
        (BOOK + "<dc:publisher>Reef Press</dc:publisher>", "2015-08-01", "Reef Press"),
        (BOOK + "<dc:publisher>calibre</dc:publisher>", "2015-08-01", "Island Review"),
        ("", None, ""),
    ],
)
def test_metadata_of_the_book_are_clues(tmp_path: Path, metadata: str, published: str | None, outlet: str) -> None:
    library = FakeLibrary()
    ingest.ingest(library, [epub(tmp_path / "a.epub", CHAPTERS, metadata)], now=lambda: NOW)
    assert {(article.published, article.outlet) for article in library.all()} == {(published, outlet)}


def test_what_the_spine_names_besides_pages_is_told(tmp_path: Path) -> None:
    package = OPF.format(
        metadata=BOOK,
        manifest='<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="b" href="map.svg" media-type="image/svg+xml"/>'
        '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        spine='<itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="a"/><itemref idref="none"/>',
    )
    documents, failed, (passed,) = read(epub(tmp_path / "a.epub", CHAPTERS, OEBPS__book_dot_opf=package.encode()))
    assert [document.path_id for document in documents] == ["a/OEBPS/text/one"]
    assert failed == []
    assert "4 entries of the book's spine are no pages" in passed.reason


def test_document_that_is_not_there_costs_only_itself(tmp_path: Path) -> None:
    path = epub(tmp_path / "a.epub", CHAPTERS)
    slim = tmp_path / "b.epub"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(slim, "w") as archive:
        for name in whole.namelist():
            if not name.endswith("one.xhtml"):
                archive.writestr(name, whole.read(name))
    documents, (problem,), _ = read(slim)
    assert [document.path_id for document in documents] == ["b/OEBPS/text/two"]
    assert "has no 'OEBPS/text/one.xhtml' in it" in problem.reason


@pytest.mark.parametrize("href", ["../../etc/passwd", "/etc/passwd", "..%2f..%2fetc/passwd", "a/../../../x"])
def test_names_that_lead_out_of_the_book_are_no_documents(tmp_path: Path, href: str) -> None:
    documents, failed, _ = read(epub(tmp_path / "a.epub", {"a.xhtml": FIRST, href: b"secret"}))
    assert [document.path_id for document in documents] == ["a/OEBPS/a"]
    assert failed == []


@pytest.mark.parametrize("name", ["", ".", "..", "/a", "a/../../b", "C:\\a", "C:/a", "..\\a", "\\a"])
def test_names_that_lead_out_are_known(name: str) -> None:
    assert not is_below(name)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"META-INF__container_dot_xml": b""}, "package file is"),
        ({"META-INF__container_dot_xml": b"\0\xff" * 99}, "package file is"),
        ({"META-INF__container_dot_xml": b"<container/>"}, "its package file is ''"),
        ({"META-INF__container_dot_xml": b'<c><rootfile full-path="../x"/></c>'}, "its package file is '../x'"),
        ({"META-INF__container_dot_xml": b'<c><rootfile full-path="gone.opf"/></c>'}, "has no 'gone.opf' in it"),
        ({"OEBPS__book_dot_opf": b"<package/>"}, "is a book without documents"),
        ({"OEBPS__book_dot_opf": b"words"}, "package file is"),
        ({"META-INF__rights_dot_xml": b"<rights/>"}, "is protected by a licence"),
        ({"OEBPS__book_dot_opf": b"<a>" * 100_000}, "without documents"),
    ],
)
def test_book_that_is_none_is_refused_in_words(tmp_path: Path, entries: dict[str, bytes], reason: str) -> None:
    documents, (problem,), _ = read(epub(tmp_path / "a.epub", CHAPTERS, **entries))
    assert documents == []
    assert reason in problem.reason


def test_entities_of_the_package_file_are_not_resolved(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    doctype = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt"><!ENTITY b "{"b" * 1000}">'
    doctype += "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "&b;" * 10}">' for n in range(9)) + "]>"
    package = OPF.format(
        metadata="<dc:title>&s;&b8;</dc:title>",
        manifest='<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>',
        spine='<itemref idref="a"/>',
    ).replace("<package", doctype + "<package")
    documents, failed, _ = read(epub(tmp_path / "a.epub", CHAPTERS, OEBPS__book_dot_opf=package.encode()))
    assert len(documents) + len(failed) == 1
    assert all("secret" not in f"{document.witness}" and "bbbb" not in f"{document.witness}" for document in documents)


@pytest.mark.parametrize("content", [b"x", b"PK\x03\x04" + b"x" * 99, b"PK\x05\x06", b"PK\x05\x06" + b"\xff" * 18])
def test_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.epub").write_bytes(content)
    documents, (problem,), _ = read(tmp_path / "a.epub")
    assert documents == []
    assert "zip archive" in problem.reason or "too many files" in problem.reason


def test_every_byte_that_is_flipped_leaves_a_book_that_is_read_or_refused(tmp_path: Path) -> None:
    whole = epub(tmp_path / "whole.epub", CHAPTERS).read_bytes()
    path = tmp_path / "a.epub"
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        documents, failed, _ = read(path)
        assert documents or failed, at


def test_document_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.epub.LARGEST_FILE", 1_000_000)
    documents, (problem,), _ = read(epub(tmp_path / "a.epub", {"bomb.xhtml": b" " * 5_000_000, **CHAPTERS}))
    assert len(documents) == 2
    assert "'OEBPS/bomb.xhtml' in it is larger than" in problem.reason


def test_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.zipped.LARGEST_UNPACKED", 4_000_000)
    _, (problem,), _ = read(epub(tmp_path / "a.epub", {"bomb.xhtml": b" " * 5_000_000}))
    assert "unpacks to more than" in problem.reason


def test_archive_of_very_many_files_is_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = epub(tmp_path / "a.epub", CHAPTERS)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rfind(b"PK\x05\x06") + 12, 9 << 20)
    path.write_bytes(content)
    with pytest.raises(SourceError, match="too many files"):
        open_zip(path)


def test_entry_that_is_protected_or_oddly_packed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"x" * 100)
    with open_zip(path) as archive, pytest.raises(SourceError, match="packed in a way"):
        read_entry(archive, "a", 1000)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"x" * 100)
    content = path.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    path.write_bytes(content)
    with open_zip(path) as archive, pytest.raises(SourceError, match="password"):
        read_entry(archive, "a", 1000)


def test_book_of_very_many_documents_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.epub.MOST_DOCUMENTS", 1)
    _, (problem,), _ = read(epub(tmp_path / "a.epub", CHAPTERS))
    assert "more than 1 documents" in problem.reason
