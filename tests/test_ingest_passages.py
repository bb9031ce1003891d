"""Passages cover the article, stand at their places, and never exceed what the model reads."""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import Article, Embedder, SentenceEmbedder, sample_articles
from ingest.cutting.passages import HEADER_TOKENS, TARGET_TOKENS, PassageSettings, header_of, passages_of
from tests.support.fakes import FakeEmbedder

ODD_TEXTS = (
    "a" * 30_000,
    "pneumonoultramicroscopicsilicovolcanoconiosis" * 700,
    "東京都議会は金曜日に気候誓約を採択した。" * 200,
    "東京都議会は金曜日に気候誓約を採択した" * 200,
    "ᠮᠣᠩᠭᠣᠯ " * 900,
    "🏝️👩‍👩‍👧‍👦🇫🇷" * 600,
    "e\u0301\u0302\u0303" * 2000,
    "." * 3000,
    "?!" * 2000 + " Rain.",
    "1,234.56-" * 2000,
    "https://news.example/" + "a-b_c/" * 900,
    "\u200b\u200d" * 500 + "Rain fell.",
    "Word. " * 3000,
    "\n\n".join(["Mr. A. B. Smith said: “No.”"] * 300),
    "One word" + " " * 5000 + "and another.",
    "ﷺ" * 900,
    "x\x00y " * 700,
)


@cache
def model() -> SentenceEmbedder:
    """Only its tokenizer is used here: nothing is embedded."""
    return SentenceEmbedder()


def assert_sound(article: Article, embedder: Embedder, passage_settings: PassageSettings) -> None:
    drafts = passages_of(article, embedder, passage_settings)
    header_tokens = len(embedder.tokenize(drafts[0].header)) if drafts and drafts[0].header else 0
    covered = 0
    for draft in drafts:
        assert 0 <= draft.start < draft.end <= len(article.text)
        assert 0 < len(draft.tokens) <= embedder.max_tokens
        assert draft.header == drafts[0].header
        # Tokens are those of the part: the spans of all that are not the header's lie inside of it.
        body = draft.tokens[header_tokens:]
        assert len(body) > 0
        assert draft.start <= body.starts[0]
        assert body.ends[-1] <= draft.end
        between = embedder.tokenize(article.text[covered : draft.start])
        assert len(between) == 0, "words were left out"
        covered = max(covered, draft.end)
    assert len(embedder.tokenize(article.text[covered:])) == 0, "words were left out at the end"
    total = len(embedder.tokenize(article.text))
    assert sum(len(draft.tokens) - header_tokens for draft in drafts) == total
    assert [draft.start for draft in drafts] == sorted(draft.start for draft in drafts)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=[f"{at}-{text[:6]!a}" for at, text in enumerate(ODD_TEXTS)])
@pytest.mark.parametrize("header", [True, False])
def test_odd_texts_never_exceed_the_model(text: str, header: bool) -> None:
    article = Article("a", text, title="Floods in the north", outlet="The Gazette", published="2015-08-01")
    assert_sound(article, model(), PassageSettings(header=header))


pieces = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["Rain fell. ", "東京", "🏝️", "\n\n", " ", "e\u0301", "U.S. ", "said Mr. Ng. ", "—", "…", "\u200b"]),
    st.text(alphabet=string.ascii_letters, min_size=30, max_size=300),
)
texts = st.lists(st.tuples(pieces, st.integers(1, 60)), min_size=1, max_size=12).map(
    lambda parts: "".join(piece * times for piece, times in parts)
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(text=texts, title=st.text(max_size=400), target=st.integers(20, 254), header=st.booleans())
@example(text="Rain.", title="word " * 300, target=20, header=True)
@example(text="Rain.", title="a" * 3000, target=20, header=True)
def test_any_text_is_cut_soundly_for_the_real_model(text: str, title: str, target: int, header: bool) -> None:
    if not text.strip() or not len(model().tokenize(text)):
        return
    article = Article("a", text, title=title, published="2015-08-01")
    assert_sound(article, model(), PassageSettings(target_tokens=target, header=header))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(text=texts, room=st.integers(8, 60))
def test_any_text_is_cut_soundly_for_a_small_model(text: str, room: int) -> None:
    embedder = FakeEmbedder(max_tokens=room)
    if not text.strip() or not len(embedder.tokenize(text)):
        return
    assert_sound(Article("a", text, title="A title of seven words or so"), embedder, PassageSettings())


def test_sentences_are_kept_whole() -> None:
    text = " ".join(f"This is the sentence of number {number} and it ends here." for number in range(200))
    for draft in passages_of(Article("a", text), model(), PassageSettings()):
        assert text[draft.start : draft.end].startswith("This is")
        assert text[draft.start : draft.end].endswith("here.")


def test_the_passages_of_an_article_are_about_equally_long() -> None:
    for path in sorted(Path(sample_articles()).glob("*.md"))[:20]:
        text = path.read_text("utf-8")
        lengths = [len(draft.tokens) for draft in passages_of(Article("a", text), model(), PassageSettings())]
        if len(lengths) > 1:
            assert min(lengths) > 0.4 * max(lengths), path.name
            assert max(lengths) <= 1.5 * TARGET_TOKENS, path.name


def test_the_header_says_title_outlet_and_day() -> None:
    article = Article("a", "Rain.", title="Floods", outlet="The Gazette", published="2015-08-01T09:30:00Z")
    assert header_of(article) == "Floods · The Gazette · 2015-08-01"
    assert header_of(Article("a", "Rain.")) == ""
    assert passages_of(article, model(), PassageSettings(header=False))[0].header == ""


@pytest.mark.parametrize("title", ["word " * 300, "a" * 5000, "antidisestablishmentarianism" * 90, "東京" * 500])
def test_a_long_title_is_shortened_and_leaves_room_for_the_text(title: str) -> None:
    draft = passages_of(Article("a", "Rain fell on the island. " * 100, title=title), model(), PassageSettings())[0]
    assert 0 <= len(model().tokenize(draft.header)) <= HEADER_TOKENS
    assert title.strip().startswith(draft.header)


def test_the_same_article_is_cut_the_same_way() -> None:
    article = Article("a", "Rain fell. The minister spoke. " * 90, title="Floods")
    first, second = (passages_of(article, model(), PassageSettings()) for _ in range(2))
    assert [(d.start, d.end, d.tokens.ids.tolist()) for d in first] == [
        (d.start, d.end, d.tokens.ids.tolist()) for d in second
    ]


def test_settings_are_described_apart() -> None:
    described = {PassageSettings(target, header).describe() for target in (100, 200) for header in (True, False)}
    assert len(described) == 4
