import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.text.decoding import clean_line, clean_text, decode, decode_page

FRENCH = "Le café près de l’hôtel était fermé. « Voilà », dit-elle."
RUSSIAN = "Президент сказал в пятницу, что переговоры продолжатся на следующей неделе в столице страны."
JAPANESE = "首相は金曜日に会見を開いた。交渉は来週も続く見通しだ。野党は説明を求めている。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (FRENCH, "utf-32"),
        (FRENCH, "cp1252"),
        ("Müller sagte, die Bäckerei bleibe geschlossen.", "latin-1"),
        ("Un café noir", "latin-1"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
    ],
)
def test_encoding_is_detected(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).removeprefix("\ufeff") == text


def test_one_broken_byte_does_not_change_the_encoding_of_utf8() -> None:
    content = (FRENCH * 5).encode() + b"\xff" + FRENCH.encode()
    assert decode(content) == FRENCH * 5 + "\ufffd" + FRENCH


def test_binary_content_is_refused_as_text() -> None:
    with pytest.raises(SourceError, match="does not look like text"):
        decode(b"\x01\x02\x03\x04\x05\x06\x0e\x0f" * 100)


def test_page_is_read_in_the_character_set_that_it_declares() -> None:
    html = f'<html><head><meta charset="windows-1251"></head><body>{RUSSIAN}</body></html>'
    assert RUSSIAN in decode_page(html.encode("cp1251"))


def test_page_in_utf8_is_read_as_such_whatever_it_declares() -> None:
    html = f'<html><head><meta charset="iso-8859-1"></head><body>{RUSSIAN}</body></html>'
    assert RUSSIAN in decode_page(html.encode("utf-8"))


def test_byte_order_mark_of_a_page_wins_over_its_declaration() -> None:
    html = f'<html><head><meta charset="iso-8859-1"></head><body>{RUSSIAN}</body></html>'
    assert RUSSIAN in decode_page(codecs.BOM_UTF16_LE + html.encode("utf-16-le"))


@pytest.mark.parametrize("name", ["no-such-charset", "hex", "rot13", "utf-7x"])
def test_page_with_an_unknown_character_set_is_detected(name: str) -> None:
    html = f'<html><head><meta charset="{name}"></head><body>{FRENCH}</body></html>'
    assert FRENCH in decode_page(html.encode("cp1252"))


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\0b\x07c\x9bd", "abcd"),
        ("tab\tstays", "tab\tstays"),
        ("safe\U000e0049\U000e0067text", "safetext"),
        ("\u202eevil\u202c \u2066isolate\u2069", "evil isolate"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),
        ("half \ud83d character", "half \ufffd character"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("one   \n \t \n   \ntwo  ", "one\n\ntwo"),
        ("\n\n  text  \n\n", "text"),
    ],
)
def test_text_is_cleaned(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


def test_line_is_a_single_line() -> None:
    assert clean_line(" A title\r\n over\ttwo  lines\0 ") == "A title over two lines"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_cleaning_again_changes_nothing_and_what_is_clean_can_be_stored(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert "\0" not in clean
    assert "\r" not in clean


def test_a_million_blanks_are_cleaned_at_once() -> None:
    assert clean_text("a" + " " * 1_000_000 + "b\n" + "\n" * 1_000_000 + "c").startswith("a ")
