"""PDF, Word, OpenDocument and rich text files as desks have them: columns, hyphens, insertions, boxes."""

import pytest

from ingest.errors import SourceError
from ingest.formats.documents import read_docx
from ingest.formats.office import read_odt, read_rtf
from ingest.formats.pdf import read_pdf
from ingest.formats.pdf_layout import joined
from ingest.raw import DateClue
from tests.support.newsroom import HEADLINE, paragraph, pdf_pages, run, word_file, zipped

LEFT = (
    "The harbour council voted on Tues-",
    "day night to rebuild the breakwater,",
    "ending a dispute that had kept engi-",
    "neers idle for almost two years now.",
    "Councillor Anneke Dorsal said that",
    "the work would cost 14.2 million.",
)
RIGHT = (
    "Fishing crews had warned that the",
    "old wall would not survive another",
    "season, pointing to cracks that had",
    "opened. The opposition abstained,",
    "arguing that the budget rested on a",
    "grant which is yet to be confirmed.",
)
WHOLE = (
    "voted on Tuesday night to rebuild",
    "kept engineers idle for almost two years now. Councillor Anneke",
    "Fishing crews had warned that the old wall would not survive another season",
)
Line = tuple[int, int, int, str]


def column(lines: tuple[str, ...], left: int, top: int = 700) -> list[Line]:
    return [(10, left, top - 14 * number, line) for number, line in enumerate(lines)]


def row_by_row(*columns: list[Line]) -> list[Line]:
    return [line for row in zip(*columns, strict=True) for line in row]


@pytest.mark.parametrize(
    "lines",
    [
        [*column(LEFT, 50), *column(RIGHT, 310)],
        row_by_row(column(LEFT, 50), column(RIGHT, 310)),
        [*column(RIGHT, 310), *column(LEFT, 50)],
        column(LEFT + RIGHT, 50),
    ],
    ids=["one after the other", "row by row", "the right one first", "one column"],
)
def test_columns_are_read_one_after_the_other_and_words_are_whole(lines: list[Line]) -> None:
    extract = read_pdf(pdf_pages([(20, 50, 760, HEADLINE), *lines], title="Microsoft Word - final_v3.docx"))
    assert all(words in extract.text for words in WHOLE)
    assert extract.text.index("14.2 million") < extract.text.index("Fishing")
    assert extract.title == HEADLINE


def test_headline_across_the_page_parts_what_stands_above_and_below() -> None:
    below = row_by_row(column(RIGHT, 50, 540), column(LEFT, 310, 540))
    page = [
        *row_by_row(column(LEFT, 50), column(RIGHT, 310)),
        (16, 50, 580, "A second headline that runs across the whole page"),
        *below,
    ]
    text = read_pdf(pdf_pages(page)).text
    places = [text.index("14.2 million"), text.index("yet to be confirmed"), text.index("A second headline")]
    assert places == sorted(places)
    assert text.index("A second headline") < text.rindex("Fishing crews") < text.rindex("harbour council")


def test_running_heads_and_page_numbers_are_left_out() -> None:
    texts = (LEFT, RIGHT, tuple(line.replace("the", "that") for line in LEFT))
    pages = [
        [(8, 50, 820, "Velmora Courier - 5 March 2024"), *column(lines, 50, 760), (8, 290, 30, str(number))]
        for number, lines in enumerate(texts, 1)
    ]
    text = read_pdf(pdf_pages(*pages)).text
    assert "Courier" not in text
    assert not any(line.strip().isdecimal() for line in text.split("\n"))
    assert all(words in text for words in WHOLE)


def test_rows_of_a_table_stay_rows() -> None:
    rows = (("District", "Seats", "Winner"), ("Harbour", "11", "Mirja Sandel"), ("Upper town", "7", "Harun Estrel"))
    cells = [
        (10, left, 720 - 16 * number, cell)
        for number, row in enumerate(rows)
        for left, cell in zip((50, 200, 300), row, strict=True)
    ]
    text = read_pdf(pdf_pages([(10, 50, 760, "The result of the vote."), *cells])).text
    assert "Harbour | 11 | Mirja Sandel\nUpper town | 7 | Harun Estrel" in text


@pytest.mark.parametrize(
    ("text", "line", "known", "whole"),
    [
        ("on Tues-", "day night", "", "on Tuesday night"),
        ("a well-", "known man", "", "a well-known man"),
        ("the price-", "setting part", "price-setting", "the price-setting part"),
        ("the Anglo-", "Saxon kings", "", "the Anglo-Saxon kings"),
        ("the years 1998-", "2004 were", "", "the years 1998-2004 were"),
        ("a break\u00ad", "water", "", "a breakwater"),
        ("it ended -", "and began", "", "it ended - and began"),
        ("the old", "wall", "", "the old wall"),
    ],
)
def test_words_that_a_line_breaks_are_whole_again(text: str, line: str, known: str, whole: str) -> None:
    assert joined(text, line, frozenset(known.split())) == whole


@pytest.mark.parametrize(
    "title", ["Microsoft Word - harbour.docx", "untitled", "page_12.indd", "Layout 1", "Document1"]
)
def test_title_of_a_program_is_none(title: str) -> None:
    assert read_pdf(pdf_pages([(20, 50, 760, HEADLINE), *column(LEFT, 50)], title=title)).title == HEADLINE


def test_word_text_is_what_its_readers_see() -> None:
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    body = (
        paragraph(
            run("It costs "),
            f'<w:del w:id="1">{run("12 million").replace("w:t", "w:delText")}</w:del>',
            f'<w:ins w:id="2">{run("14.2 million")}</w:ins>',
            run(" crowns in "),
            f'<w:smartTag w:element="place">{run("Velmora")}</w:smartTag>',
            run(" secretly", hidden),
            f"<w:hyperlink>{run(', it says')}</w:hyperlink>",
            f'<w:moveFrom w:id="3">{run(" moved away")}</w:moveFrom>',
            "<w:r><w:tab/><w:noBreakHyphen/></w:r>",
            run("so."),
        )
        + f"<w:sdt><w:sdtContent>{paragraph(run('In a content control.'))}</w:sdtContent></w:sdt>"
        + paragraph(f"<w:sdt><w:sdtContent>{run('Within a line.')}</w:sdtContent></w:sdt>")
    )
    extract = read_docx(word_file(body))
    assert (
        extract.text
        == "It costs 14.2 million crowns in Velmora, it says\t-so.\n\nIn a content control.\n\nWithin a line."
    )
    assert (extract.title, extract.authors, extract.clues) == ("", (), ())


def test_text_boxes_stand_once_and_footnotes_at_the_end() -> None:
    box = f"<w:txbxContent>{paragraph(run('In a box.'))}</w:txbxContent>"
    shape = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback></mc:AlternateContent></w:r>"
    )
    notes = f"<w:footnote w:id='1'>{paragraph(run('A note.'))}</w:footnote><w:footnote w:type='separator'/>"
    extract = read_docx(word_file(paragraph(run("Text."), shape) + paragraph(run("More.")), footnotes=notes))
    assert extract.text == "Text.\n\nIn a box.\n\nMore.\n\nA note."


def test_merged_cells_stand_once() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"

    rows = [
        cell("Seats in the council", '<w:gridSpan w:val="3"/>'),
        cell("Harbour", '<w:vMerge w:val="restart"/>') + cell("Mirja Sandel") + cell("11"),
        cell("Harbour", "<w:vMerge/>") + cell("Harun Estrel") + cell("7"),
    ]
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    assert read_docx(word_file(paragraph(run("The result.")) + table)).text == (
        "The result.\n\nSeats in the council\nHarbour | Mirja Sandel | 11\n | Harun Estrel | 7"
    )


def test_word_file_without_properties_has_the_title_of_its_heading_or_none() -> None:
    heading = f'<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr>{run(HEADLINE)}</w:p>'
    assert read_docx(word_file(heading + paragraph(run("Text.")))).title == HEADLINE
    assert read_docx(word_file(paragraph(run("Text.")))).title == ""


ODT = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'  # noqa: E501


def odt(body: str, said: str = "") -> bytes:
    inner = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {ODT}>{inner}</office:document-content>"
    meta = f"<office:document-meta {ODT}><office:meta>{said}</office:meta></office:document-meta>"
    return zipped({"content.xml": content, "meta.xml": meta})


def test_open_document_is_read_with_its_properties() -> None:
    row = "<table:table-row>{}</table:table-row>".format(
        "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in ("Harbour", "11"))
    )
    body = (
        "<text:tracked-changes><text:p>12 million</text:p></text:tracked-changes>"
        f"<text:h>{HEADLINE}</text:h><text:p>It costs<text:s/><text:span>14.2 million</text:span>."
        "<office:annotation><text:p>check this</text:p></office:annotation></text:p>"
        f"<text:list><text:list-item><text:p>One</text:p></text:list-item></text:list><table:table>{row}</table:table>"
    )
    made = "<meta:creation-date>2024-03-05T21:40:00</meta:creation-date>"
    said = f"<meta:initial-creator>Ada Reyes</meta:initial-creator>{made}"
    extract = read_odt(odt(body, said))
    assert extract.text == f"{HEADLINE}\n\nIt costs 14.2 million.\n\nOne\n\nHarbour | 11"
    assert (extract.title, extract.authors) == (HEADLINE, ("Ada Reyes",))
    assert extract.clues == (DateClue("document properties", "2024-03-05T21:40:00"),)


def test_rich_text_is_read_with_its_properties() -> None:
    source = (
        r"{\rtf1\ansi\ansicpg1252{\info{\title Pledge}{\author Ada Reyes}{\creatim\yr2024\mo3\dy5}}"
        r"Gr\'fc\'dfe aus K\u246?ln.\par It costs {\b 14.2 million}.\par}"
    )
    extract = read_rtf(source.encode())
    assert extract.text == "Grüße aus Köln.\n\nIt costs 14.2 million."
    assert (extract.title, extract.authors) == ("Pledge", ("Ada Reyes",))
    assert extract.clues == (DateClue("document properties", "2024-03-05"),)


@pytest.mark.parametrize("content", [b"", b"no such file", zipped({"readme": "x"}), odt("")[:200], odt("")])
def test_open_document_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="OpenDocument"):
        read_odt(content)


@pytest.mark.parametrize("content", [b"", b"text", rb"{\rtf1 }"])
def test_rich_text_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="rich text"):
        read_rtf(content)
