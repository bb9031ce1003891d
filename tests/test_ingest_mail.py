"""Mailboxes and messages: newsletters become articles, whatever else is in them is counted or refused."""

import io
import os
from contextlib import suppress
from datetime import UTC, datetime
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest
from ingest.errors import IngestError, NotAnArticleError, SourceError
from ingest.formats.mail import read_email
from ingest.formats.mbox import messages
from tests.support.dumps import mbox, message, read
from tests.support.fakes import FakeLibrary
from tests.support.material import SENTENCES, TEXT, page

NOW = datetime(2022, 1, 1, tzinfo=UTC)
LETTER = f"<table><tr><td><b>Island Times</b></td></tr><tr><td>{TEXT}</td></tr><tr><td>Read more</td></tr></table>"


def test_message_is_an_article_with_subject_sender_and_date(tmp_path: Path) -> None:
    (tmp_path / "alert.eml").write_bytes(bytes(message(TEXT)))
    library = FakeLibrary()
    report = ingest.ingest(library, [tmp_path], now=lambda: NOW)
    assert (report.added, report.failed, report.skipped) == (1, (), ())
    (article,) = library.all()
    assert (article.id, article.title, article.outlet, article.authors) == (
        "alert",
        "Island adopts pledge",
        "Island Times",
        (),
    )
    assert (article.published, article.published_method) == ("2015-08-01T09:30:00+00:00", "email")
    assert article.text == TEXT
    assert article.metadata == {"message_id": "<1@island.example>"}


def test_outlet_is_the_organization_where_a_person_writes_for_one() -> None:
    letter = message(TEXT, sender="Ada Reyes <ada@news.island.example>")
    assert read_email(bytes(letter)).outlet == "Ada Reyes"
    letter["Organization"] = "Island Times"
    extract = read_email(bytes(letter))
    assert (extract.outlet, extract.authors) == ("Island Times", ("Ada Reyes",))


@pytest.mark.parametrize(
    ("sender", "outlet"),
    [
        ("news@newsletter.island.example", "island.example"),
        ("ada@mail.example", "mail.example"),
        ("=?utf-8?q?L=27=C3=8Ele?= <a@b.example>", "L'Île"),
        ("=?no-charset?q?x?= <a@b.example>", "=?no-charset?q?x?="),
        ("nobody", ""),
    ],
)
def test_outlet_is_the_name_of_the_sender_or_the_domain(sender: str, outlet: str) -> None:
    content = b"From: " + sender.encode() + b"\nSubject: x\n\n" + TEXT.encode()
    assert read_email(content).outlet == outlet


@pytest.mark.parametrize(
    "date", ["yesterday", "", "Sat, 99 Aug 2015 09:30:00 +0000", "Sat, 01 Aug 9015 09:30:00 +0000"]
)
def test_date_that_is_none_stays_unknown(tmp_path: Path, date: str) -> None:
    content = f"From: a@b.example\nDate: {date}\nSubject: x\n\n{TEXT}"
    (tmp_path / "a.eml").write_text(content)
    library = FakeLibrary()
    report = ingest.ingest(library, [tmp_path / "a.eml"], now=lambda: NOW)
    assert report.failed == ()
    assert library.all()[0].published is None


def test_plain_part_is_taken_where_it_says_what_the_html_part_says() -> None:
    assert read_email(bytes(message(TEXT, page("Another text. " * 30)))).text == TEXT


@pytest.mark.parametrize("plain", [None, "Read this letter in your browser."])
def test_html_part_is_read_as_a_page_where_the_plain_part_only_points_to_it(plain: str | None) -> None:
    text = read_email(bytes(message(plain, page()))).text
    assert SENTENCES[0] in text
    assert "Home" not in text
    assert "browser" not in text


def test_letter_that_is_laid_out_with_tables_is_read() -> None:
    hidden = f'<div style="display:none">{SENTENCES[1].upper()}</div><script>no text</script><style>p {{}}</style>'
    text = read_email(bytes(message(None, f"<html><body>{hidden}{LETTER}</body></html>"))).text
    assert TEXT in text
    assert SENTENCES[1].upper() not in text
    assert "no text" not in text


def test_hidden_text_of_a_letter_is_no_text() -> None:
    with pytest.raises(NotAnArticleError, match="holds no text"):
        read_email(bytes(message(None, "<html><body><script>text</script></body></html>")))


def test_attachments_are_left_out_and_counted() -> None:
    extract = read_email(bytes(message(TEXT, attachments=[("a.pdf", b"%PDF-1.4"), ("b.txt", b"secret words")])))
    assert extract.text.strip() == TEXT
    assert extract.metadata["attachments"] == 2


def test_message_of_attachments_alone_is_no_article() -> None:
    with pytest.raises(NotAnArticleError, match="only 1 attachments"):
        read_email(bytes(message(None, attachments=[("a.pdf", b"%PDF-1.4")])))


def test_digest_is_one_article_with_its_messages_in_order() -> None:
    digest = MIMEMultipart("digest")
    digest["From"], digest["Subject"], digest["Date"] = "a@b.example", "Digest", "Sat, 01 Aug 2015 09:30:00 +0000"
    for n, sentence in enumerate(SENTENCES[:3]):
        digest.attach(MIMEMessage(message(sentence, subject=f"Item {n}")))
    extract = read_email(bytes(digest))
    assert extract.title == "Digest"
    assert [line for line in extract.text.splitlines() if line.strip()] == [
        part for n, sentence in enumerate(SENTENCES[:3]) for part in (f"Item {n}", sentence)
    ]


def test_lines_that_flow_are_joined_again() -> None:
    part = MIMEText("The island's parliament \nadopted the pledge.\n\nMinisters \nagreed.\n> quoted \n> words")
    part.set_param("format", "flowed")
    part["From"] = "a@b.example"
    assert read_email(bytes(part)).text == (
        "The island's parliament adopted the pledge.\n\nMinisters agreed.\n> quoted \n> words"
    )


@pytest.mark.parametrize("charset", ["no-such-set", "koi8-r", "", "hex", "utf-16"])
def test_text_in_other_character_sets_is_read(charset: str) -> None:
    words = "Парламент острова принял обещание. " * 10
    body = words.encode(charset if charset == "koi8-r" else "utf-8")
    header = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    assert "Парламент острова" in read_email(header.encode() + body).text


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"Plain words.\n\nMore words.", b"\0\xff" * 50, b"X-A: b\n\nwords"]
)
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(IngestError):
        read_email(content)


def test_parts_in_parts_without_end_are_refused() -> None:
    inner = MIMEText("text")
    for _ in range(60):
        outer = MIMEMultipart("mixed")
        outer.attach(inner)
        inner = outer  # type: ignore[assignment]
    inner["From"] = "a@b.example"
    with pytest.raises(SourceError, match="too many parts"):
        read_email(bytes(inner))


def test_message_of_very_many_parts_is_refused() -> None:
    many = MIMEMultipart("mixed")
    many["From"] = "a@b.example"
    for _ in range(2100):
        many.attach(MIMEText("x"))
    with pytest.raises(SourceError, match="too many parts"):
        read_email(bytes(many))


@given(st.binary(max_size=400), st.sampled_from(["multipart/mixed; boundary=a", "text/html", "message/rfc822", "a/b"]))
def test_any_bytes_are_read_or_refused_in_words(content: bytes, kind: str) -> None:
    with suppress(IngestError):
        read_email(b"From: a@b.example\nContent-Type: " + kind.encode() + b"\n" + content)


@pytest.mark.parametrize("name", ["a.mbox", "a.mbox.gz"])
def test_messages_of_a_mailbox_are_articles(tmp_path: Path, name: str) -> None:
    path = mbox(tmp_path / name, [bytes(message(f"{TEXT} {n}", subject=f"Letter {n}")) for n in range(3)])
    library = FakeLibrary()
    report = ingest.ingest(library, [path], now=lambda: NOW)
    assert (report.added, report.failed, report.skipped) == (3, (), ())
    assert [article.title for article in library.all()] == ["Letter 0", "Letter 1", "Letter 2"]
    assert library.all()[2].text == f"{TEXT} 2"
    assert ingest.ingest(library, [path]).unchanged == 3


def test_lines_that_begin_like_a_message_are_part_of_the_one_that_quotes_them(tmp_path: Path) -> None:
    text = "From here to there.\n>From him:\n\nFrom ada@b.example Sat Aug  1 09:30:00 2015\nnot a message"
    documents, _, _ = read(mbox(tmp_path / "a.mbox", [bytes(message(text)), bytes(message(TEXT))]))
    assert [read_email(document.content).text.strip() for document in documents] == [text, TEXT]


def test_sentence_that_begins_with_from_begins_no_message(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(
        b"From - Sat Aug 01 09:30:00 2015\nFrom: a@b.example\n\nWords.\n\nFrom Paris in 2015 at 10:30 she wrote.\n"
        b"\nFrom 123@xxx Sat Aug 01 09:30:00 +0000 2015\nFrom: b@b.example\n\nMore.\n"
    )
    documents, _, _ = read(tmp_path / "a.mbox")
    assert [document.line for document in documents] == [1, 8]
    assert b"Paris" in documents[0].content


def test_message_that_is_too_large_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.mbox.LARGEST_FILE", 10_000)
    sizes = [TEXT, "line\n" * 5000, "x" * (3 << 20), TEXT]
    path = mbox(tmp_path / "a.mbox", [bytes(message(text)) for text in sizes])
    documents, failed, _ = read(path)
    assert [documents[0].line, len(documents), len(failed)] == [1, 2, 2]
    assert "is larger than" in failed[0].reason
    assert failed[0].line == len(bytes(message(TEXT)).splitlines()) + 4


def test_messages_are_read_one_at_a_time() -> None:
    class Endless(io.RawIOBase):
        """A mailbox that never ends: reading it whole would not either."""

        def readline(self, size: int | None = -1) -> bytes:
            self.turn = getattr(self, "turn", -1) + 1
            lines = (b"From a Sat Aug  1 09:30:00 2015\n", b"From: a@b.example\n", b"\n", b"text\n")
            return lines[self.turn % len(lines)]

    found = messages(Endless())  # type: ignore[arg-type]
    assert [next(found)[0] for _ in range(3)] == [1, 5, 9]


@pytest.mark.parametrize("content", [b"words\n", b"\0" * 100, b"From me\n"])
def test_file_that_is_no_mailbox_is_reported(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mbox").write_bytes(content)
    documents, (problem,), _ = read(tmp_path / "a.mbox")
    assert documents == []
    assert "holds no message" in problem.reason


def test_packed_mailbox_that_breaks_off_keeps_the_messages_before(tmp_path: Path) -> None:
    texts = [f"{TEXT} {os.urandom(400).hex()}" for _ in range(200)]
    path = mbox(tmp_path / "a.mbox.gz", [bytes(message(text)) for text in texts])
    path.write_bytes(path.read_bytes()[:-2000])
    documents, (problem,), _ = read(path)
    assert 100 < len(documents) < 200
    assert "break off after" in problem.reason


def test_message_that_breaks_the_mail_library_costs_only_itself(tmp_path: Path) -> None:
    odd = b"From: =?utf-8?b?////?= <a@b\nDate: \xff\xfe\nSubject: =?x?\nContent-Type: text/plain; charset*=x''%ff\n\nhi"
    good = bytes(message(TEXT))
    library = FakeLibrary()
    report = ingest.ingest(library, [mbox(tmp_path / "a.mbox", [odd, good])])
    assert report.added + len(report.failed) + len(report.skipped) == 2
    assert library.all()[-1].text == TEXT
