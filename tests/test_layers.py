"""The public face of each layer, and that importing one is cheap; `make layers` checks what may import what."""

from __future__ import annotations

import graphlib
import importlib
import subprocess
import sys

import grimp
import pytest

HEAVY = {
    "chromadb",
    "datasketch",
    "feedparser",
    "gradio",
    "httpcore",
    "httpx",
    "langchain",
    "langchain_core",
    "openvino",
    "protego",
    "pyarrow",
    "ray",
    "sentence_transformers",
    "torch",
    "trafilatura",
    "transformers",
    "warcio",
    "watchfiles",
}

FACES = {
    "corpus": """
        Article Backup BackupError Change CorpusError CountedArticle DamagedArticleError Difference Embedder
        EmbeddingError Following FoundPassage IndexMismatchError InvalidArticleError Library LibraryBusyError
        LibraryError LibraryStats NotALibraryError Passage PassageDraft Piece Place Removed Revision Run
        Selected Selection SentenceEmbedder StorageError StoredArticle Stretch Tokens UnknownArticleError
        Vectors Visit Window back_up day_number difference normal_address restore sample_articles
        sample_questions sentence_spans server_address
    """,
    "ingest": """
        ClusterError DuplicateIdError FetchError FetchSettings Fetcher FileBelow IngestError IngestInterrupted
        InvalidDateError NotAnArticleError PassageSettings Problem Progress RecordError RefusedAddressError Report
        Response RobotsError SameArticleError SkippedError SourceError StatusError TooLargeError
        TooSlowError UnreachableError WebSettings ingest ingest_on_cluster passages_of
    """,
    "rag": """
        Alternative Answer AnswerSettings AppliedFilter ChatModel Citation Claim EventWindow
        InvalidAnswerError InvalidQuestionError LibraryRetriever ModelError ModelSettings NearArticle Query
        QuestionFileError RagError RankedPassage Reader Receipt ReceiptError ReceiptReport Span Turn Verdict
        ask default_reader fast_reader load_chat_model parse_query read_receipt receipt_of
        verbatim_citations verify verify_receipt warm_up
    """,
    "rag.evaluation": """
        LOWER_IS_BETTER METRICS QuestionRecord compare evaluate load_questions load_result write_html
    """,
}


@pytest.mark.parametrize("module", [*FACES, "ui.cli.main", "ui.page.app"])
def test_importing_a_layer_loads_no_heavy_library(module: str) -> None:
    command = f"import sys, {module}; print(*(sys.modules.keys() & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")


@pytest.mark.parametrize("module", FACES)
def test_public_face_is_the_one_that_is_promised(module: str) -> None:
    layer = importlib.import_module(module)
    assert layer.__all__ == FACES[module].split()
    assert [name for name in layer.__all__ if not hasattr(layer, name)] == []


def test_the_retriever_is_what_loads_langchain() -> None:
    command = "import sys, rag; rag.LibraryRetriever; print('langchain_core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("True", "")


def test_no_file_imports_itself_by_way_of_others() -> None:
    """Imports inside functions count as well: they hide a circle, and do not open it."""
    graph = grimp.build_graph("corpus", "ingest", "rag", "ui")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle
