"""What can be read of a library without a search: its articles, their revisions, places and passages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from corpus.article import Article
from corpus.store.articles import Store
from corpus.store.copy_groups import Place
from corpus.store.counting import CountedArticle, list_counted_articles
from corpus.store.revisions import Revision, list_rewordings, revisions_of
from corpus.store.stored import FoundPassage, StoredArticle, content_checksum
from corpus.window import Window


class StoredContents:
    """The reading part of `Library`: every method asks the store, which says what is current."""

    _store: Store

    def holds(self, article: Article) -> bool:
        """Whether the current revision of this article is equal to it, whenever and wherever it was read."""
        current = self._store.current(article.id)
        return current is not None and current.checksum == content_checksum(article)

    def has_id(self, article_id: str) -> bool:
        """Whether an article of this id is in the library."""
        return self._store.current(article_id) is not None

    def get(self, article_id: str, revision: int | None = None) -> Article:
        """An article's current revision, or an earlier one; raises `UnknownArticleError`.

        What is not what was put in, letter for letter, is not given: `DamagedArticleError` is raised instead.
        """
        return self._store.get(article_id, revision, sound=True)

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """The revisions of an article without their texts, the oldest first; raises `UnknownArticleError`."""
        return revisions_of(self._store, article_id)

    def list_rewordings(
        self, since: date | None = None, outlet: str | None = None, limit: int | None = None
    ) -> tuple[Revision, ...]:
        """The revisions, read since a day, that changed the text or the title of an article; the newest first."""
        return list_rewordings(self._store, since, outlet, limit)

    def find(self, url_or_id: str) -> Article | None:
        """The article that has this id or this address in any form, or whose text stood at it; or None."""
        article_id = self._store.id_for(url_or_id)
        return self._store.get(article_id) if article_id else None

    def held_under(self, url: str) -> tuple[str, str] | None:
        """The id of the article that is held under a form of this address, and the address as it is held; or None."""
        return self._store.held_under(url)

    def is_other_place(self, url: str) -> bool:
        """Whether an article stood at this address whose own address is another one."""
        return self._store.copies.is_other_place(url)

    def is_stale_place(self, url: str) -> bool:
        """Whether the text found at this address is no longer that of the article which it was taken for."""
        return self._store.copies.is_stale_place(url)

    def was_superseded(self, article: Article) -> bool:
        """Whether this source said the very same before, and another one has revised the article since."""
        return self._store.was_superseded(article)

    def also_in(self, article_id: str) -> tuple[Place, ...]:
        """Where else an article's text or a near copy of it stands, the earliest first."""
        return self._store.copies.also_in(article_id)

    def articles(
        self, text: str = "", outlet: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[StoredArticle]:
        """Articles without their texts, newest first; `text` must occur in title, outlet, id or address."""
        return self._store.list_articles(text, outlet, limit, offset)

    def articles_inside(self, window: Window, phrase: str = "") -> list[CountedArticle]:
        """The articles inside a window, oldest first; with a phrase, those that hold it in title or text."""
        return list_counted_articles(self._store, window, phrase)

    def record(self, article_id: str) -> StoredArticle:
        """One article without its text; raises `UnknownArticleError`."""
        return self._store.record(article_id)

    def find_passages(self, numbers: Iterable[int]) -> dict[int, FoundPassage]:
        """The current passages with these numbers: what is not current any more is left out."""
        return self._store.find_passages(numbers)

    def passages_of(self, article_id: str) -> list[FoundPassage]:
        """The current passages of an article, in the order of its text."""
        return self._store.passages_of(article_id)
