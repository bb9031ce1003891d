"""A library against a dictionary: whatever is put, replaced, removed, reopened or damaged, they agree."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corpus import Article, UnknownArticleError
from tests.support.shelves import articles_found, assert_whole, lexical, open_fake, put

IDS = st.sampled_from(["a", "b", "c", "é", "with:1:2", "100%", "x' OR 1"])
TEXTS = st.one_of(
    st.sampled_from(["Storm over the harbour. Nobody was hurt.", "Budget day. The minister spoke.", "Rain. " * 120]),
    st.text(min_size=1, max_size=200),
)


class LibraryAgainstDictionary(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pressmark-"))
        self.library = open_fake(self.folder)
        self.current: dict[str, Article] = {}
        self.history: defaultdict[str, list[Article]] = defaultdict(list)
        self.gone: set[str] = set()

    @rule(article_id=IDS, text=TEXTS, day=st.dates().map(str) | st.none(), title=st.text(max_size=20))
    def put(self, article_id: str, text: str, day: str | None, title: str) -> None:
        if not any(character.isalnum() for character in text):
            return
        article = Article(article_id, text, title=title, published=day, url=f"https://x/{article_id}")
        before = self.current.get(article_id)
        change = put(self.library, article)[0]
        assert change.kind == ("added" if before is None else "unchanged" if before == article else "updated")
        if before != article:
            self.history[article_id].append(article)
        assert change.revision == len(self.history[article_id])
        self.current[article_id] = article
        self.gone.discard(article_id)

    @precondition(lambda self: self.current)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        ids = data.draw(st.lists(st.sampled_from(sorted(self.current)), min_size=1, unique=True))
        self.library.remove(*ids)
        for article_id in ids:
            del self.current[article_id], self.history[article_id]
            self.gone.add(article_id)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = open_fake(self.folder)

    @rule()
    def wait(self) -> None:
        assert self.library.wait_for_index()

    @rule()
    def lose_the_index(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder / "index", ignore_errors=True)
        self.library = open_fake(self.folder)

    @rule()
    def search(self) -> None:
        assert set(articles_found(self.library, "storm over the harbour", 500)) == set(self.current)

    @invariant()
    def agrees(self) -> None:
        assert {listed.id for listed in self.library.articles()} == set(self.current)
        assert self.library.stats().articles == len(self.current)
        for article_id, revisions in self.history.items():
            assert [self.library.get(article_id, n + 1) for n in range(len(revisions))] == revisions
        for article_id in self.gone:
            with pytest.raises(UnknownArticleError):
                self.library.get(article_id)
        for article in self.current.values():
            passages = self.library.passages_of(article.id)
            assert passages
            assert all(article.text[f.passage.start : f.passage.end] == f.passage.text for f in passages)
            assert {f.passage.revision for f in passages} == {len(self.history[article.id])}
        assert set(lexical(self.library, "harbour", limit=500)) == {
            article.id for article in self.current.values() if "harbour" in f"{article.title} {article.text}".lower()
        }

    def teardown(self) -> None:
        try:
            for article in self.current.values():
                if "harbour" in article.text:
                    assert_whole(self.library, article)
            assert self.library._store.check_words() == []
        finally:
            self.library.close()
            shutil.rmtree(self.folder, ignore_errors=True)


TestLibraryAgainstDictionary = LibraryAgainstDictionary.TestCase
TestLibraryAgainstDictionary.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
