"""The library: articles, passages, the store and the indexes over it, plus the sample articles."""

from __future__ import annotations

from pathlib import Path

from corpus.article import Article, Passage, PassageDraft, day_number
from corpus.backup import Backup, back_up, restore
from corpus.embedding.encoder import Embedder, SentenceEmbedder, Tokens, Vectors
from corpus.errors import (
    BackupError,
    CorpusError,
    DamagedArticleError,
    EmbeddingError,
    IndexMismatchError,
    InvalidArticleError,
    LibraryBusyError,
    LibraryError,
    NotALibraryError,
    StorageError,
    UnknownArticleError,
)
from corpus.index.server_address import server_address
from corpus.library import Library
from corpus.store.copy_groups import Place
from corpus.store.counting import CountedArticle
from corpus.store.following import Following, Run, Visit
from corpus.store.removal import Removed, Selected, Selection
from corpus.store.revisions import Revision
from corpus.store.statistics import LibraryStats
from corpus.store.stored import Change, FoundPassage, StoredArticle
from corpus.text.addresses import normal_address
from corpus.text.differences import Difference, Piece, Stretch, difference
from corpus.text.sentences import sentence_spans
from corpus.window import Window

__all__ = [
    "Article",
    "Backup",
    "BackupError",
    "Change",
    "CorpusError",
    "CountedArticle",
    "DamagedArticleError",
    "Difference",
    "Embedder",
    "EmbeddingError",
    "Following",
    "FoundPassage",
    "IndexMismatchError",
    "InvalidArticleError",
    "Library",
    "LibraryBusyError",
    "LibraryError",
    "LibraryStats",
    "NotALibraryError",
    "Passage",
    "PassageDraft",
    "Piece",
    "Place",
    "Removed",
    "Revision",
    "Run",
    "Selected",
    "Selection",
    "SentenceEmbedder",
    "StorageError",
    "StoredArticle",
    "Stretch",
    "Tokens",
    "UnknownArticleError",
    "Vectors",
    "Visit",
    "Window",
    "back_up",
    "day_number",
    "difference",
    "normal_address",
    "restore",
    "sample_articles",
    "sample_questions",
    "sentence_spans",
    "server_address",
]


def sample_articles() -> Path:
    """The folder of the sample articles."""
    return Path(__file__).parent / "articles"


def sample_questions() -> Path:
    """The file of scripted questions about the sample articles."""
    return Path(__file__).parent / "questions.yaml"
