"""The cache of compiled models: a copy is whole or is made again, whoever else is making it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from corpus import EmbeddingError, SentenceEmbedder
from corpus.embedding import compiled
from corpus.embedding.compiled import ensure_compiled, is_whole
from corpus.embedding.encoder import DEFAULT_MODEL, TorchEncoder, model_folder

SHA = "0123456789abcdef" * 4

# Stands in for the conversion, which takes ten seconds: writes the two files slowly, in pieces.
SLOW_CONVERSION = """
import pathlib, sys, time
target = pathlib.Path(sys.argv[1])
with target.open("w") as file:
    for part in range(5):
        file.write(f"part {part}"); file.flush(); time.sleep(0.05)
target.with_suffix(".bin").write_text("weights")
with open(sys.argv[2], "a") as made:
    made.write("made ")
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRESSMARK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Conversions are quick, and leave a word in this file."""
    run = subprocess.run
    count = tmp_path / "made"

    def quick(command: list[str], **options: object) -> object:
        return run([sys.executable, "-c", SLOW_CONVERSION, command[-1], str(count)], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(compiled.subprocess, "run", quick)
    return count


def test_a_copy_is_made_once(cache: Path, made: Path) -> None:
    first = ensure_compiled(cache, SHA)
    assert ensure_compiled(cache, SHA) == first
    assert made.read_text() == "made "
    assert first.is_relative_to(cache)


@pytest.mark.parametrize("damage", ["cut short", "changed", "weights gone", "description gone", "no note"])
def test_a_copy_that_is_not_whole_is_made_again(cache: Path, made: Path, damage: str) -> None:
    model = ensure_compiled(cache, SHA)
    weights = model.with_suffix(".bin")
    if damage == "cut short":
        os.truncate(weights, 3)
    elif damage == "changed":
        weights.write_text("wEights")
    else:
        gone = {"weights gone": weights, "description gone": model, "no note": model.with_name("whole.json")}
        gone[damage].unlink()
    assert not is_whole(model.parent)
    assert ensure_compiled(cache, SHA) == model
    assert is_whole(model.parent)
    assert made.read_text() == "made made "


def test_processes_that_need_a_copy_at_once_make_one_and_never_see_half(cache: Path, made: Path) -> None:
    whole: list[bool] = []
    threads = [
        threading.Thread(target=lambda: whole.append(is_whole(ensure_compiled(cache, SHA).parent))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert whole == [True] * 4
    assert made.read_text() == "made "


def test_what_a_killed_process_left_half_made_is_no_hindrance(cache: Path, made: Path) -> None:
    model = ensure_compiled(cache, SHA)
    draft = model.parent.with_name(f"{model.parent.name}.draft")
    model.parent.rename(draft)
    (draft / "model.bin").unlink()
    assert is_whole(ensure_compiled(cache, SHA).parent)
    assert not draft.exists()


def test_a_conversion_that_fails_says_why(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.run
    program = "raise SystemExit('first line\\nno such operator')"
    monkeypatch.setattr(
        compiled.subprocess, "run", lambda _, **options: run([sys.executable, "-c", program], **options)
    )
    with pytest.raises(EmbeddingError, match="could not be compiled: no such operator"):
        ensure_compiled(cache, SHA)
    assert list(cache.rglob("model.*")) == []


def test_without_a_compiled_copy_torch_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PRESSMARK_CACHE", str(tmp_path / "file"))
    embedder = SentenceEmbedder()
    assert embedder.embed(["storm"]).shape == (1, 384)
    assert type(embedder._encoder) is TorchEncoder
    assert "using torch, which is slower" in caplog.text


def test_conversion_reaches_nobody_and_imports_nothing_from_the_folder_it_is_started_in(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("openvino", "torch", "corpus", "openvino_telemetry"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the current folder')")
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(
        "import sys\n"
        "def hook(event, details):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'):\n"
        "        raise SystemExit(f'network: {details}')\n"
        "sys.addaudithook(hook)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(guard))
    monkeypatch.chdir(tmp_path)
    started = time.monotonic()
    model = ensure_compiled(model_folder(DEFAULT_MODEL), SHA)
    assert is_whole(model.parent)
    assert time.monotonic() - started < compiled.CONVERSION_LIMIT
