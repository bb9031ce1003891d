"""Mail as newsrooms get it: forwarded articles, newsletters, archives of lists, headers in any character set."""

import io

import pytest

from ingest.formats.mail import read_email
from ingest.formats.mbox import is_mailbox, messages
from ingest.raw import Extract
from tests.support.newsroom import STORY

TEXT = "\n\n".join(STORY[:2])
SENT = "From: Bob Reader <bob@reader.example>\nDate: Thu, 7 Mar 2024 09:00:00 +0000\n"


def read(message: str | bytes) -> Extract:
    return read_email(message.encode() if isinstance(message, str) else message)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Fwd: Breakwater",
            "FYI\n\n---------- Forwarded message ---------\nFrom: Velmora Courier <news@courier.example>\n"
            "Date: Wed, Mar 6, 2024 at 7:00 AM\nSubject: Breakwater vote\nTo: <bob@reader.example>\n\n",
        ),
        (
            "FW: Breakwater",
            "-----Original Message-----\nFrom: Velmora Courier [mailto:news@courier.example]\n"
            "Sent: Wednesday, March 6, 2024 7:00 AM\nTo: Bob\nSubject: Breakwater vote\n\n",
        ),
        (
            "FW: Breakwater",
            "________________________________\nFrom: Velmora Courier <news@courier.example>\nSent: 06"
            " March 2024 07:00\n"
            "To: Bob\nSubject: Breakwater vote\n\n",
        ),
        (
            "Fwd: Breakwater",
            "Begin forwarded message:\n\nFrom: Velmora Courier <news@courier.example>\nSubject: Breakwater vote\n"
            "Date: 6 March 2024 at 07:00:12 CET\nTo: bob@reader.example\n\n",
        ),
        (
            "WG: Breakwater",
            "Von: Velmora Courier <news@courier.example>\nGesendet: Mittwoch, 6. März 2024 07:00\nAn: Bob\n"
            "Betreff: Breakwater vote\n\n",
        ),
    ],
)
def test_forwarded_article_has_its_own_date_and_outlet(subject: str, body: str) -> None:
    extract = read(f"{SENT}Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}{TEXT}")
    assert (extract.title, extract.outlet, extract.text) == ("Breakwater vote", "Velmora Courier", TEXT)
    assert [clue.value.find("6") >= 0 and "7 Mar" not in clue.value for clue in extract.clues] == [True]
    assert extract.metadata["forwarded_by"] == "Bob Reader"


def test_article_that_is_forwarded_as_an_attachment_or_in_html_is_itself() -> None:
    inner = (
        f"From: Velmora Courier <news@courier.example>\nDate: Wed, 6 Mar 2024 07:00:00 +0000\nSubject: Vote\n\n{TEXT}"
    )
    head = f"{SENT}Subject: Fwd: Vote\nMIME-Version: 1.0\n"
    attached = (
        f'{head}Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nsee\n'
        f"--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
    )
    page = (
        f"{head}Content-Type: text/html\n\n<div>hi<br><div>---------- Forwarded message ---------<br>"
        "From: <b>Velmora Courier</b> &lt;news@courier.example&gt;<br>Date: Wed, 6 Mar 2024 07:00:00"
        " +0000<br>Subject: Vote<br>"
        f"To: bob<br></div><br>{''.join(f'<p>{line}</p>' for line in STORY[:2])}</div>"
    )
    for message in (attached, page):
        extract = read(message)
        assert (extract.title, extract.outlet, extract.text.strip()) == ("Vote", "Velmora Courier", TEXT)
        assert [clue.value for clue in extract.clues] == ["Wed, 6 Mar 2024 07:00:00 +0000"]


def test_answer_with_what_it_answers_is_its_writer_s() -> None:
    extract = read(
        f"{SENT}Subject: Re: Vote\n\n{TEXT}\n\n-----Original Message-----\nFrom: Ann\nSent: x\nSubject: y\n\nold"
    )
    assert (extract.outlet, extract.title) == ("Bob Reader", "Re: Vote")
    assert extract.text.startswith(STORY[0])


@pytest.mark.parametrize(
    "plain",
    [
        "\n".join(f"View in browser: https://mail.courier.example/c/{number}/AAAA" for number in range(9)),
        "Read this in your browser.",
        f"{STORY[0]}\nRead on: https://courier.example/a",
    ],
)
def test_plain_part_that_says_little_gives_way_to_the_page(plain: str) -> None:
    page = "".join(f"<p>{line}</p>" for line in STORY)
    parts = (
        f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type:"
        f" text/html\n\n<html><body>{page}</body></html>\n--b--"
    )
    extract = read(
        f'{SENT}Subject: Morning\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n{parts}'
    )
    assert all(line in extract.text for line in STORY)


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (b"Subject: Gr\xfc\xdfe aus K\xf6ln", "Grüße aus Köln"),
        ("Subject: Grüße aus Köln".encode(), "Grüße aus Köln"),
        (b"Subject: =?gb2312?B?1uzpRg==?=", "朱镕"),
        (b"Subject: =?cp-850?Q?Gr=81=E1e?=", "Grüße"),
        (b"Subject: =?no-such-set?Q?Gr=81?=", "=?no-such-set?Q?Gr=81?="),
    ],
)
def test_headers_are_read_in_the_character_set_that_is_meant(header: bytes, title: str) -> None:
    assert read(header + b"\n" + SENT.encode() + b"\n" + TEXT.encode()).title == title


def test_message_without_a_date_has_that_of_its_first_station() -> None:
    stations = (
        "Received: from b by c; Fri, 8 Mar 2024 07:00:00 +0000\nReceived: from a by b; Wed, 6 Mar 2024 07:00:00 +0000\n"
    )
    extract = read(f"From: ann at courier.example (Ann Tarn)\n{stations}Subject: Vote\n\n{TEXT}")
    assert [clue.value for clue in extract.clues] == ["Wed, 6 Mar 2024 07:00:00 +0000"]
    assert extract.outlet == "Ann Tarn"


@pytest.mark.parametrize(
    "separator",
    [
        "From ann at courier.example  Thu Mar  7 18:39:17 2024",
        "From ann@courier.example Thu Mar  7 18:39:17 2024",
        "From - Thu Mar 07 18:39:17 2024",
        "From ",
        "From ann@courier.example",
    ],
)
def test_mailbox_is_cut_at_each_way_of_beginning_a_message(separator: str) -> None:
    message = (
        f"{separator}\nFrom: ann at courier.example (Ann Tarn)\nSubject: Vote\n\n{TEXT}\n\nFrom Tuesday the van"
        f" stands.\n\n"
    )
    found = [content for _, content in messages(io.BytesIO((message * 2).encode()))]
    assert len(found) == 2
    assert all(content and b"From Tuesday the van" in content for content in found)
    assert is_mailbox(message.encode()) == (len(separator) > 30)
