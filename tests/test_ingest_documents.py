"""PDF and Word files, read in this process: what the worker does with one."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from ingest.errors import SourceError
from ingest.formats.documents import read_docx
from ingest.formats.pdf import read_pdf
from ingest.raw import DateClue
from tests.support.material import SENTENCES, docx, pdf


def test_pdf_yields_its_text_and_properties() -> None:
    extract = read_pdf(
        pdf(properties={"/Title": "The pledge", "/Author": "Ada Reyes", "/CreationDate": "D:20150801093000Z"})
    )
    assert all(sentence in extract.text for sentence in SENTENCES)
    assert (extract.title, extract.authors) == ("The pledge", ("Ada Reyes",))
    assert extract.clues == (DateClue("pdf metadata", "2015-08-01T09:30:00+00:00"),)


def test_pdf_with_a_broken_date_keeps_its_text_and_has_no_date() -> None:
    extract = read_pdf(pdf(properties={"/CreationDate": "some day"}))
    assert SENTENCES[0] in extract.text
    assert extract.clues == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(lines=()), "holds no text, perhaps only scanned images"),
        (pdf(password="secret"), "protected by a password"),
        (b"%PDF-1.7 and then nothing", "not a PDF that can be read"),
        (b"no PDF at all", "not a PDF that can be read"),
        (pdf()[:400], "not a PDF that can be read|holds no text"),
    ],
    ids=["no text", "password", "cut short", "something else", "half"],
)
def test_pdf_that_cannot_be_read_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_pdf(content)


def test_docx_yields_paragraphs_tables_and_properties_in_order() -> None:
    created = datetime(2015, 8, 1, 9, 30, tzinfo=UTC)
    extract = read_docx(
        docx(rows=[("Year", "Tonnes"), ("2015", "40")], title="The pledge", author="Ada Reyes", created=created)
    )
    assert extract.text.startswith(SENTENCES[0])
    assert extract.text.endswith("Year | Tonnes\n2015 | 40")
    assert (extract.title, extract.authors) == ("The pledge", ("Ada Reyes",))
    assert [clue.method for clue in extract.clues] == ["document properties"]
    assert extract.clues[0].value.startswith("2015-08-01T09:30:00")


def test_docx_without_a_title_property_is_titled_by_its_heading() -> None:
    assert read_docx(docx(heading="The pledge")).title == "The pledge"


def test_date_of_the_template_is_not_a_date_of_the_document() -> None:
    extract = read_docx(docx())
    assert (extract.clues, extract.authors) == ((), ())


def archive(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no Word document", "not a Word document"),
        (archive(readme="a zip file of something else"), "not a Word document"),
        (docx()[:2000], "not a Word document"),
        (docx(paragraphs=()), "holds no text"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "protected by a password, or is an old .doc"),
        (archive(**{"word/document.xml": "a" * (201 << 20)}), "unpacks to more than 200 MB"),
    ],
    ids=["text", "zip", "half", "empty", "password", "bomb"],
)
def test_docx_that_is_not_one_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_docx(content)
