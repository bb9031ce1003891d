"""What is kept: articles, passages, the store, and the indexes over it; and the sample articles."""

from pathlib import Path

from corpus.addresses import normal_address
from corpus.article import Article, Passage, PassageDraft, day_number
from corpus.backup import Backup, back_up, restore
from corpus.copy_groups import Place
from corpus.differences import Difference, Piece, Stretch, difference
from corpus.embedding import Embedder, SentenceEmbedder, Tokens, Vectors
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
from corpus.following import Following, Run, Visit
from corpus.library import Library, LibraryStats
from corpus.removal import Removed, Selected, Selection
from corpus.revisions import Revision
from corpus.sentences import sentence_spans
from corpus.served import server_address
from corpus.stored import Change, FoundPassage, StoredArticle
from corpus.window import Window

__all__ = [
    "Article",
    "Backup",
    "BackupError",
    "Change",
    "CorpusError",
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
