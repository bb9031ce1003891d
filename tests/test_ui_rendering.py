"""What people see: no text of an article or a question becomes markup, and marks stand where they must."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpus import Article, Place
from rag.answer import Alternative, Answer, Citation, Claim, NearArticle
from ui.markdown import to_markdown
from ui.page.views.answers import answer_html, conversation_html, error_html, working_html
from ui.page.views.evidence import Highlight, article_html, missing_evidence
from ui.wording import age, format_date, safe_url

TODAY = date(2024, 6, 15)
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "![x](https://evil.example/?q=1)",
    "[click](javascript:alert(1))",
    "[1](https://evil.example)",
    "[1]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example www.evil.example a@evil.example",
    "</textarea></title></style></script><b>",
    '" onmouseover="alert(1)" x=\'',
    "' autofocus onfocus=alert(1) '",
    "<a href='https://evil.example'>x</a>",
    "<iframe srcdoc='<script>'></iframe>",
    "# Heading\n\n- item\n1. one\n> quote\n```\ncode\n```\n---",
    "{{value}} ${value} `x`",
    "\u202egnp.exe\u202c \x00 \x1b[31m",
    "&lt;script&gt; &amp; &#60;b&#62;",
    "$$x$$ ~~x~~ | a | b |",
)
BAD_URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "//evil.example",
    "https://",
    "https://user:secret@example.org/",
    'https://example.org/"onclick="alert(1)',
    "https://example.org/><script>",
    "https://example.org/\n[x](y)",
    "https://[broken",
    "",
    None,
)


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Every element that the renderers may produce, and every attribute on them.
ELEMENTS = words_of(
    """
    a article button dd details div dl dt h2 h3 h4 header li mark ol p q section span strong summary time ul
    """
)
ATTRIBUTES = words_of(
    """
    aria-atomic aria-busy aria-hidden aria-label aria-live aria-relevant class data-article data-ask data-cite
    data-close data-copy data-download data-edit data-effect data-evidence data-focus data-ignore data-level
    data-markdown data-n data-open data-open-article data-preview data-status data-step data-step-count data-stop
    data-take data-take-path data-turn datetime href id rel role start tabindex target title type
    """
)
texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.lists(st.sampled_from([*ATTACKS, "a", " ", "\n", "\n\n", "[1]", "[2]", "&", "<"]), max_size=6).map("".join),
)


class Seen(HTMLParser):
    """What a browser would make of a piece of HTML: elements, attributes, links, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def with_attribute(self, name: str) -> list[str | None]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def assert_only_ours(html: str, urls: frozenset[str] = frozenset()) -> Seen:
    """Fail when the HTML holds an element, an attribute or a link that the renderers do not make."""
    seen = Seen(html)
    for tag, attributes in seen.elements:
        assert tag in ELEMENTS, tag
        assert set(attributes) <= ATTRIBUTES, (tag, attributes)
        if tag == "a":
            assert attributes["href"] in urls
            assert attributes["rel"] == "noopener noreferrer nofollow"
    return seen


def make_article(text: str = "Ada was elected. She won.", **fields: object) -> Article:
    values = {"id": "a1", "title": "Vote", "outlet": "Wire", "published": "2015-08-01", "url": "https://example.org/a1"}
    return Article(text=text, **{**values, **fields})  # type: ignore[arg-type]


def make_answer(article: Article, *spans: tuple[int, int], text: str = "Ada [1].", **fields: object) -> Answer:
    citations = tuple(Citation.cite(n, article, f"{article.id}:1:0", *span) for n, span in enumerate(spans, 1))
    values = {"question": "Who won?", "standalone_question": "Who won?", "status": "answered", "answer": "Ada"}
    values = {**values, "guess": "Ada", "as_of": article.published, "citations": citations, **fields}
    return Answer(text=text, **values)  # type: ignore[arg-type]


def shown(answer: Answer, citations: tuple[Citation, ...] | None = None, **fields: object) -> str:
    kept = answer.citations if citations is None else citations
    return answer_html(1, answer, kept, **{"today": TODAY, "searched": 35, **fields})  # type: ignore[arg-type]


@given(texts, texts, texts, texts, st.sampled_from([*BAD_URLS, "https://example.org/a?b=c&d=e"]))
def test_no_text_of_an_answer_becomes_markup(
    question: str, body: str, title: str, outlet: str, url: str | None
) -> None:
    article = make_article(f"x{body}x", title=title, outlet=outlet, url=url)
    answer = make_answer(
        article,
        (0, len(article.text)),
        text=body,
        question=question,
        standalone_question=title,
        answer=outlet,
        status="conflicting",
        claims=(Claim(body, "unsupported", ()),),
        alternatives=(Alternative(title, "conflicting", (1,)),),
    )
    html = conversation_html(
        [shown(answer, filters=outlet), error_html(question, body)], working_html(question, [title])
    )
    assert_only_ours(html)


@given(texts, texts, texts)
def test_no_text_of_a_refusal_becomes_markup(question: str, title: str, text: str) -> None:
    near = (NearArticle(title or "x", title, text, "javascript:alert(1)", None),)
    answer = Answer(question, question, "not_found", None, None, text, nearest=near)
    assert_only_ours(shown(answer, ()))


@given(texts, texts, texts, st.sampled_from([*BAD_URLS, "https://example.org/a?b=c&d=e"]))
def test_no_text_of_an_article_becomes_markup(text: str, title: str, outlet: str, url: str | None) -> None:
    article = make_article(f"x{text}x", title=title, outlet=outlet, url=url, authors=(title,))
    highlight = Highlight(1, 0, len(article.text), article.text)
    allowed = frozenset({"https://example.org/a?b=c&d=e"})
    assert_only_ours(article_html(article, [highlight], 1, TODAY) + missing_evidence(text), allowed)


@given(texts, texts, st.sampled_from([*BAD_URLS, "https://example.org/a?b=c&d=e"]), st.sampled_from([None, "a7"]))
def test_no_text_of_another_place_becomes_markup(title: str, outlet: str, url: str | None, id: str | None) -> None:
    places = [Place(id, url, outlet, "2015-08-02", title), Place(None, None, outlet, None, title)]
    allowed = frozenset({"https://example.org/a?b=c&d=e"})
    for also_in in (places, places[:1], places[1:]):
        assert_only_ours(article_html(make_article(url=None), [], 0, TODAY, also_in), allowed)


def test_an_answer_and_its_article_say_where_else_they_stand() -> None:
    held = Place("a7", "https://herald.example/7", "The Herald", "2015-05-03", "Vote")
    address = Place(None, "https://www.post.example/vote", "", None, "")
    article = make_article()
    answer = make_answer(article, (0, 16))
    cited = replace(answer.citations[0], also_in=(held, address))
    html = shown(answer, (cited,))
    seen = assert_only_ours(html, frozenset({"https://www.post.example/vote"}))
    assert "Also in The Herald, 3 May 2015, and 1 more" in seen.text
    assert "www.post.example (opens in a new tab), undated" in seen.text
    assert seen.with_attribute("data-open-article") == ["a7"]
    assert "Also in" in article_html(article, [], 0, TODAY, [held])
    assert "Also in" not in article_html(article, [], 0, TODAY)


@pytest.mark.parametrize("url", BAD_URLS)
def test_only_plain_web_addresses_become_links(url: str | None) -> None:
    assert safe_url(url) is None
    assert "<a " not in article_html(make_article(url=url), [], 0, TODAY)


def test_the_web_address_of_an_article_is_a_link_that_gives_nothing_away() -> None:
    html = article_html(make_article(), [], 0, TODAY)
    seen = assert_only_ours(html, frozenset({"https://example.org/a1"}))
    assert seen.with_attribute("href") == ["https://example.org/a1"]


@given(st.data())
def test_marks_cover_exactly_the_cited_words(data: st.DataObject) -> None:
    parts = data.draw(
        st.lists(
            st.sampled_from(
                [
                    "word",
                    "<b>",
                    " ",
                    "\n",
                    "\n\n",
                    "\n \n",
                    "é",
                    "[1]",
                ]
            ),
            min_size=1,
        )
    )
    text = f"x{''.join(parts)}x"
    edges = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda e: e[0] < e[1])
    spans = data.draw(st.lists(edges, min_size=1, max_size=4))
    highlights = [Highlight(n, *span, text[slice(*span)]) for n, span in enumerate(spans, 1)]
    html = article_html(make_article(text), highlights, 1, TODAY)
    for highlight in highlights:
        marked = "".join(
            Seen(match[2]).text
            for match in re.finditer(r'<mark[^>]*data-n="([\d ]+)">(.*?)</mark>', html, re.DOTALL)
            if str(highlight.n) in match[1].split()
        )
        assert "".join(marked.split()) == "".join(highlight.quote.split())


def test_a_highlight_that_does_not_stand_in_the_article_is_not_marked_and_the_reader_is_told() -> None:
    article = make_article()
    html = article_html(
        article, [Highlight(1, 0, 3, "Eve"), Highlight(2, -3, 3, "Ada"), Highlight(3, 0, 3, "Ada")], 1, TODAY
    )
    assert Seen(html).with_attribute("data-n") == ["3"]
    assert "2 quotations no longer stand" in html


def test_several_highlights_can_be_stepped_through_and_one_cannot() -> None:
    article = make_article()
    two = [Highlight(1, 0, 3, "Ada"), Highlight(2, 17, 20, "She")]
    assert Seen(article_html(article, two, 1, TODAY)).with_attribute("data-step") == ["-1", "1"]
    assert not Seen(article_html(article, two[:1], 1, TODAY)).with_attribute("data-step")


@pytest.mark.parametrize(
    "value",
    [None, "x", {}, {"n": "1", "start": 0, "end": 1, "quote": "A"}, {"n": 1, "start": 0, "end": 1, "quote": None}],
)
def test_a_malformed_highlight_is_none(value: object) -> None:
    assert Highlight.read(value) is None


def test_marks_of_shown_citations_are_buttons_and_all_others_are_gone() -> None:
    answer = make_answer(make_article(), (0, 3), text="Ada [1] won [2] in [1999].")
    html = re.search(r'<div class="pm-text">(.*?)</div>', shown(answer), re.DOTALL)
    assert html is not None
    seen = Seen(html[1])
    assert seen.with_attribute("data-cite") == ["1"]
    assert "[2]" not in seen.text
    assert "[1999]" in seen.text


def test_the_line_under_the_answer_counts_articles_and_vouches_for_the_quotations() -> None:
    answer = make_answer(make_article(), (0, 3), (17, 20))
    facts = Seen(shown(answer)).text
    assert "As of 1 Aug 2015" in facts
    assert "1 article, every quotation verbatim" in facts


def test_a_citation_that_failed_is_not_shown_and_the_line_says_so() -> None:
    answer = make_answer(make_article(), (0, 3), (17, 20), text="Ada [1] won [2].")
    html = shown(answer, answer.citations[:1])
    assert set(Seen(html).with_attribute("data-cite")) == {"1"}
    assert "1 quotation withheld" in html
    assert "every quotation verbatim" not in html


def test_an_answer_without_a_standing_quotation_is_withheld() -> None:
    html = shown(make_answer(make_article(), (0, 3)), ())
    assert "The answer is withheld" in html
    assert "pm-text" not in html
    assert "Ada" not in Seen(html).text


def test_a_claim_whose_only_citation_failed_is_shown_as_not_backed() -> None:
    answer = make_answer(make_article(), (0, 3), (17, 20), claims=(Claim("She won.", "supported", (2,)),))
    assert "Not backed by a quotation" in shown(answer, answer.citations[:1])
    assert "Not backed by a quotation" not in shown(answer)


def test_the_page_sends_back_exactly_what_was_cited() -> None:
    article = make_article('He said "<b>\'& yes".')
    answer = make_answer(article, (0, len(article.text)))
    (sent,) = json.loads(Seen(shown(answer)).with_attribute("data-evidence")[0] or "")
    assert Highlight.read(sent) == Highlight(1, 0, len(article.text), article.text)
    assert sent["article_id"] == article.id


def test_a_refusal_says_what_was_searched_what_came_near_and_what_may_help() -> None:
    near = (NearArticle("a9", "A near one", "Wire", None, "2015-08-01"),)
    answer = Answer("Q?", "Q?", "not_found", None, "x", "No.", nearest=near, library_span=("1995-05-04", "2025-03-14"))
    seen = Seen(shown(answer, (), filters="only Wire"))
    assert "Searched 35 articles, published 4 May 1995 to 14 Mar 2025. Filters in use: only Wire." in seen.text
    assert "Widen or clear the filters." in seen.text
    assert seen.with_attribute("data-open-article") == ["a9"]


def test_the_standalone_question_is_shown_only_when_it_differs() -> None:
    assert "Understood as" not in shown(make_answer(make_article(), (0, 3)))
    assert "Understood as" in shown(make_answer(make_article(), (0, 3), standalone_question="Who won the vote?"))


def test_an_example_carries_its_question_unchanged() -> None:
    question = 'Who said "no" & <left>?'
    assert Seen(error_html(question, "No.")).with_attribute("data-ask") == [question]


@given(texts, texts, texts, texts, st.sampled_from([*BAD_URLS, "https://example.org/a_(b)?c=*d*"]))
def test_markdown_holds_no_markup_but_ours(question: str, body: str, title: str, outlet: str, url: str | None) -> None:
    article = make_article(f"x{body}x", title=title, outlet=outlet, url=url)
    answer = make_answer(article, (0, len(article.text)), text=body, question=question, answer=outlet)
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(to_markdown(answer))
    flat = [*tokens, *(child for token in tokens for child in token.children or ())]
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in flat}
    ours = {"heading", "paragraph", "inline", "text", "strong", "em", "blockquote", "link", "softbreak", "text_special"}
    ours |= {"bullet_list", "list_item"}  # answers that are lists are written so
    assert kinds <= ours, kinds - ours
    assert {token.attrs["href"] for token in flat if token.type == "link_open"} <= {url}
    assert sum(token.type == "heading_open" for token in flat) == 1


def test_a_quotation_stands_once_with_its_source_and_the_short_answer_once_with_its_marks() -> None:
    answer = make_answer(make_article(), (0, 16), text="Ada [1]\n\n“Ada was elected.” [1]")
    seen = Seen(shown(answer))
    assert seen.text.count("Ada was elected.") == 1
    assert Seen(re.findall(r'<h3 class="pm-short">.*?</h3>', shown(answer))[0]).text == "Ada 1"
    assert "pm-text" not in shown(answer)


def test_a_text_of_quotations_alone_has_no_headline() -> None:
    answer = make_answer(make_article(), (0, 16), text="“Ada was elected.” [1]")
    assert "pm-short" not in shown(answer)
    assert "What the articles say" in shown(answer)


def test_markdown_gives_the_answer_and_every_citation_with_quote_outlet_date_title_and_link() -> None:
    markdown = to_markdown(make_answer(make_article(), (0, 15), text="Ada won. [1]"))
    assert markdown == (
        "## Who won?\n\n**Ada**\n\nAda won. [1]\n\n"
        "Low confidence · As of 1 Aug 2015 · 1 article, every quotation verbatim.\n\n"
        "[1] Wire, 1 Aug 2015, *Vote*. <https://example.org/a1>\n\n> Ada was elected\n"
    )


def test_markdown_of_an_answer_whose_quotations_failed_gives_no_answer() -> None:
    markdown = to_markdown(make_answer(make_article(), (0, 15)), ())
    assert "withheld" in markdown
    assert "Ada" not in markdown


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2015-06-15", "9 years old"),
        ("2015-06-16", "8 years old"),
        ("2024-03-01T09:30:00Z", "3 months old"),
        ("2024-06-14", "1 day old"),
        ("2024-06-15", "today"),
        ("2030-01-01", ""),
        (None, ""),
        ("2015-08-31", "8 years old"),
    ],
)
def test_the_age_of_an_article_is_told_in_its_largest_unit(published: str | None, words: str) -> None:
    assert age(published, TODAY) == words


def test_dates_are_written_for_people() -> None:
    assert format_date("2015-08-01T09:30:00+00:00") == "1 Aug 2015"
    assert format_date(None) == "undated"
