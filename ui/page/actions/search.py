"""Searching the articles: by title, outlet and address, and in their texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from corpus import CorpusError, UnknownArticleError, Window
from ui.page.views.library import ArticleRow, article_list_html
from ui.page.views.uploads import failed_upload_html

if TYPE_CHECKING:
    from corpus import FoundPassage, Library, StoredArticle

PAGE_SIZE = 50
MOST_PASSAGES = 400
AROUND = 90
"""Characters that a snippet shows on each side of the first match."""
_WORD = re.compile(r"\w+")


def list_articles(library: Library, text: str, today: date, shown: int = PAGE_SIZE) -> str:
    """The articles that match a text, the best first; without a text all of them, the newest first."""
    search = text or ""
    try:
        if not search.strip():
            rows = [ArticleRow(article) for article in library.articles(limit=shown)]
            return article_list_html(rows, "", library.stats().articles, today)
        rows = search_articles(library, search)
        return article_list_html(rows[:shown], search, len(rows), today)
    except CorpusError as error:
        return failed_upload_html(str(error))


def search_articles(library: Library, search: str) -> list[ArticleRow]:
    """The articles with the search in title, outlet or address, then those with its words in their texts."""
    in_text = _passages_with(library, search)
    named = library.articles(text=search.strip())
    rows = [_row(article, in_text.get(article.id), search) for article in named]
    known = {article.id for article in named}
    for article_id, passage in in_text.items():
        if article_id not in known:
            try:
                rows.append(_row(library.record(article_id), passage, search))
            except UnknownArticleError:  # removed meanwhile
                continue
    return rows


def _passages_with(library: Library, search: str) -> dict[str, FoundPassage]:
    """The best passage of each article for the words of a search: with all of them, or else with any."""
    words = _words(search)
    numbers = [number for number, _ in library.search_lexical(words, MOST_PASSAGES, Window())]
    held = library.find_passages(numbers)
    found = [held[number] for number in numbers if number in held]
    with_all = [passage for passage in found if _has_all(passage, words)]
    best: dict[str, FoundPassage] = {}
    for passage in with_all or found:
        best.setdefault(passage.passage.article_id, passage)
    return best


def _words(search: str) -> list[str]:
    return list(dict.fromkeys(word.casefold() for word in _WORD.findall(search)))


def _has_all(passage: FoundPassage, words: Iterable[str]) -> bool:
    text = f"{passage.title} {passage.outlet} {passage.passage.text}".casefold()
    return all(word in text for word in words)


def _row(article: StoredArticle, passage: FoundPassage | None, search: str) -> ArticleRow:
    snippet = cut_snippet(passage.passage.text, _words(search)) if passage else ()
    quotation = "".join(words for words, _ in snippet).strip("… ")
    return ArticleRow(article, snippet, quotation)


def cut_snippet(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text around the first match, in stretches that match a word or do not; empty when none does."""
    line = " ".join(text.split())
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\w*", re.IGNORECASE)
    first = pattern.search(line) if words else None
    if first is None:
        return ()
    start, end = max(0, first.start() - AROUND), min(len(line), first.end() + AROUND)
    start = line.find(" ", start, first.start()) + 1 if start else 0
    end = max(first.end(), line.rfind(" ", first.end(), end)) if end < len(line) else end
    pieces, at = [], start
    for match in pattern.finditer(line, start, end):
        pieces += [(line[at : match.start()], False), (match[0], True)]
        at = match.end()
    pieces.append((line[at:end], False))
    edges = ("… " if start else "", " …" if end < len(line) else "")
    return tuple(piece for piece in ((edges[0], False), *pieces, (edges[1], False)) if piece[0])
