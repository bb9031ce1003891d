"""Articles and passages are values that cannot be built wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from corpus import Article, InvalidArticleError, Passage, day_number


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": " "}, "needs an id"),
        ({"text": " \n"}, "has no text"),
        ({"text": "half \ud83d"}, "half a character"),
        ({"title": "half \ud83d"}, "half a character"),
        ({"url": "https://x/\ud83d"}, "half a character"),
        ({"source": "\udcff.html"}, "half a character"),
        ({"authors": ("\ud83d",)}, "half a character"),
        ({"metadata": {"key": ["\ud83d"]}}, "half a character"),
        ({"published": "yesterday"}, "'yesterday' is not a date"),
        ({"published": "2015-02-30"}, "is not a date"),
    ],
)
def test_an_article_cannot_be_built_wrong(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArticleError, match=message):
        Article(**{"id": "a", "text": "Rain.", **fields})


def test_an_article_does_not_change() -> None:
    article = Article("a", "Rain.")
    with pytest.raises(FrozenInstanceError):
        article.text = "Sun."  # type: ignore[misc]


@pytest.mark.parametrize("published", ["2015-08-01", "2015-08-01T23:30:00+09:00", "2015-08-01T09:30:00Z"])
def test_the_day_of_publication_is_the_one_the_outlet_wrote(published: str) -> None:
    article = Article("a", "Rain.", published=published)
    assert str(article.published_date) == "2015-08-01"
    assert day_number(published) == day_number("2015-07-31") + 1  # type: ignore[operator]


@pytest.mark.parametrize(("start", "end", "text"), [(3, 3, ""), (-1, 4, "Rain."), (0, 9, "Rain."), (5, 0, "Rain.")])
def test_a_passage_spans_its_text(start: int, end: int, text: str) -> None:
    with pytest.raises(InvalidArticleError, match="does not span"):
        Passage("a:1:0", "a", 1, 0, start, end, text)
