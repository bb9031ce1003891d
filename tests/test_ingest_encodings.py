"""Character sets are read as browsers read them, and never end in a page of question marks."""

import codecs

import pytest

from ingest.text.decoding import decode_page
from ingest.text.encodings import codec_of
from ingest.web.recoding import recoded, recoded_list


@pytest.mark.parametrize(
    ("name", "codec", "text"),
    [
        ("gb2312", "gb18030", "朱镕表示，陶喆说"),
        ("shift_jis", "cp932", "①髙橋の話"),
        ("euc-kr", "cp949", "똠방각하"),
        ("big5", "big5hkscs", "香港立法會"),
        ("iso-8859-1", "cp1252", "“Grüße” – 5 €"),
        ("us-ascii", "cp1252", "naïve – 5 €"),
        ("windows-1251", "cp1251", "Вельмора перестроит волнорез"),
        ("koi8-r", "koi8-r", "Вельмора перестроит волнорез"),
        ("cp-850", "cp850", "Grüße aus Köln"),
        ("x-sjis", "cp932", "ヴェルモラ"),
    ],
)
def test_declared_character_set_is_what_browsers_make_of_it(name: str, codec: str, text: str) -> None:
    page = f'<html><head><meta charset="{name}"></head><body><p>{text}</p></body></html>'
    assert text in decode_page(page.encode(codec))


@pytest.mark.parametrize("text", ["Grüße aus Köln, “sagt” er – und geht über die Brücke nach Hause." * 5])
def test_page_that_declares_utf_8_and_is_not_is_read(text: str) -> None:
    assert text in decode_page(f'<html><head><meta charset="utf-8"></head><body>{text}'.encode("cp1252"))


def test_page_that_says_utf_16_in_plain_letters_is_utf_8() -> None:
    assert "Grüße" in decode_page('<html><head><meta charset="utf-16"></head><body>Grüße</body></html>'.encode())


@pytest.mark.parametrize("name", ["hex", "rot13", "no-such-set", "", None, "x" * 60, "ünicode"])
def test_what_is_no_character_set_is_none(name: str | None) -> None:
    assert codec_of(name) is None


def test_header_tells_the_character_set_where_nothing_else_does() -> None:
    feed = "<rss><channel><title>Вестник</title></channel></rss>".encode("cp1251")
    assert "Вестник" in recoded_list(feed, "text/xml", "windows-1251").decode("utf-8-sig")
    declared = b'<?xml version="1.0" encoding="windows-1251"?>' + feed
    assert recoded_list(declared, "text/xml", "windows-1252") == declared
    assert recoded_list(feed, "text/html", "windows-1251") == feed
    assert recoded(feed, "windows-1251").startswith(codecs.BOM_UTF8)
    assert recoded("Grüße".encode(), "iso-8859-1") == "Grüße".encode()
    assert recoded(b"\xff\xfe", "no-such-set") == b"\xff\xfe"
