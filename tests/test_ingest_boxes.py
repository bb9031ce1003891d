"""What of a page is text of its article: nothing of it is lost, and nothing else comes with it."""

import pytest

from ingest.errors import NotAnArticleError
from ingest.extraction.extract import read_page
from ingest.extraction.furniture import without_furniture
from ingest.text.lengths import letters_in
from tests.support.newsroom import HEADLINE, STORY, article, story_page

PARAGRAPHS = [f"<p>{line}</p>" for line in STORY]


def text_of(page: str) -> str:
    return read_page(page.encode()).text


def in_the_middle(box: str) -> str:
    return story_page(article(), body="".join([*PARAGRAPHS[:2], box, *PARAGRAPHS[2:]]))


@pytest.mark.parametrize(
    "box",
    [
        '<p><strong>More on this topic</strong></p><p><a href="/t">Tram strike enters its second week</a>'
        " - Talks stall.</p>",
        '<h4>Related stories</h4><ul><li><a href="/t">Tram strike enters its second week</a></li></ul>',
        "<div class='x'><h3>You might also like</h3><div><a href='/t'><h4>Tram strike enters its"
        " week</h4></a><p>Talks.</p></div></div>",
        "<div class='y'><h4>Get the Briefing</h4><p>Sign up for our Tram strike"
        " newsletter.</p><form><input type='email'></form></div>",
        "<p>Sign up for our newsletter about the Tram strike here.</p>",
        '<p>Read more: <a href="/t">Tram strike enters its second week</a></p>',
        "<p>Lire aussi : <a href='/t'>Tram strike enters its second week</a></p>",
    ],
)
def test_boxes_within_the_text_are_left_out_and_what_follows_stays(box: str) -> None:
    text = text_of(in_the_middle(box))
    assert "Tram strike" not in text
    assert all(line in text for line in STORY)


def test_cards_of_other_articles_after_the_text_are_left_out() -> None:
    cards = "".join(
        f'<li><a href="/{number}">Headline number {number} of another article</a> And its summary.</li>'
        for number in range(4)
    )
    text = text_of(story_page(article(), inside=f"<ul>{cards}</ul>"))
    assert "Headline number" not in text
    assert text.endswith(STORY[-1])


@pytest.mark.parametrize("name", ["teaser-content", "article-standfirst", "premium-preview", "paywall-intro"])
def test_opening_paragraphs_in_a_box_with_a_misleading_name_are_text(name: str) -> None:
    body = (
        f"<div class='{name}'>{''.join(PARAGRAPHS[:2])}</div><div class='rest-content'>{''.join(PARAGRAPHS[2:])}</div>"
    )
    text = text_of(story_page(article(), body=body))
    assert all(line in text for line in STORY)


def test_lists_in_cells_of_a_table_are_kept_in_order() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td><ul><li>{seats}</li></ul></td><td>{winner}</td></tr>"
        for name, seats, winner in (("Harbour", 11, "Mirja Sandel"), ("Upper town", 7, "Harun Estrel"))
    )
    text = text_of(in_the_middle(f"<table><tr><th>District</th><th>Seats</th><th>Winner</th></tr>{rows}</table>"))
    places = [text.find(word) for word in ("Harbour", "11", "Mirja Sandel", "Upper town", "7", "Harun Estrel")]
    assert -1 not in places
    assert places == sorted(places)


def test_list_of_names_with_links_is_text() -> None:
    names = "".join(
        f'<li><a href="/{name}">{name}</a></li>' for name in ("Mirja Sandel", "Harun Estrel", "Ilse Brandow")
    )
    assert "Harun Estrel" in text_of(in_the_middle(f"<p>Elected were:</p><ul>{names}</ul>"))


def test_posts_that_an_article_quotes_are_text() -> None:
    post = (
        '<blockquote class="twitter-tweet"><p>The wall will stand for a hundred years.</p>— Mirja Sandel</blockquote>'
    )
    assert "stand for a hundred years" in text_of(in_the_middle(post))


def test_lines_of_the_page_are_left_out_and_sentences_stay() -> None:
    text = (
        f"{HEADLINE}\n{STORY[0]}\nComments\nFollow us on Twitter\n- Sign up for the swimming course by May.\n{STORY[1]}"
    )
    kept = without_furniture(text, (HEADLINE,)).split("\n")
    assert kept == [STORY[0], "- Sign up for the swimming course by May.", STORY[1]]
    assert without_furniture("Comments", ()) == "Comments"


def test_length_counts_what_a_text_says() -> None:
    assert letters_in("four") == 4
    assert letters_in("ヴェルモラ市議会は") == 36


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ja",
            "ヴェルモラ市議会は4日夜、日曜日の連絡船を続けることを決めた。予備費から9万クローネを充てる。議員は「島の住民にとって生命線だ」と述べた。",
        ),
        (
            "zh",
            "维尔莫拉港口委员会周二晚间通过了重建北防波堤的方案，结束了持续近两年的争执。工程预算为一千四百万克朗，秋季完成第一段。",
        ),
    ],
)
def test_short_article_in_a_dense_writing_is_one(language: str, text: str) -> None:
    head = f"<head><title>{text[:12]}</title></head>"
    body = f"<body><article><h1>{text[:12]}</h1><p>{text}</p></article></body>"
    assert text in text_of(f"<html lang='{language}'>{head}{body}</html>")


def test_page_of_a_few_words_is_no_article_in_any_writing() -> None:
    with pytest.raises(NotAnArticleError):
        text_of("<html><body><p>页面不存在。</p></body></html>")
