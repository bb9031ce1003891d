"""Models compiled for the processor; the only door to OpenVINO.

A copy of an embedding model is made once, in a process of its own (so that torch never enters this one), and kept in
the user's cache folder under the SHA-256 of its weights. Where the processor multiplies bfloat16 in hardware, that is
used: 2 to 2.5 times the speed of float32 for the same vectors (cosine above 0.9999).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from filelock import FileLock

from corpus.errors import EmbeddingError

LENGTH_STEP = 16
"""Batches are filled up to a multiple of this, so that few shapes occur: each new one costs a compilation."""
CONVERSION_LIMIT = 300.0
"""Seconds that making a compiled copy may take."""

MODEL, WHOLE = "model.xml", "whole.json"

Ids = npt.NDArray[np.int64]


def cache_folder() -> Path:
    """Where compiled copies are kept: `$PRESSMARK_CACHE`, else the user's cache folder."""
    from platformdirs import user_cache_path

    named = os.environ.get("PRESSMARK_CACHE")
    return Path(named) if named else user_cache_path("pressmark")


def ensure_compiled(model_folder: Path, weights_sha256: str) -> Path:
    """The compiled copy of a sentence-transformers model, made when it is not there yet or not whole any more.

    Raises `EmbeddingError` when it cannot be made.
    """
    version = _openvino().get_version().split("-")[0]
    folder = cache_folder() / "models" / f"{weights_sha256[:16]}-openvino-{version}"
    if not is_whole(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock"), timeout=CONVERSION_LIMIT):
            if not is_whole(folder):  # another process may have made it meanwhile
                _make_copy(model_folder, folder)
    return folder / MODEL


def _make_copy(model_folder: Path, folder: Path) -> None:
    """Make a compiled copy beside its place, and move it there only when it is whole."""
    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    command = [
        sys.executable,
        "-m",
        "corpus.embedding.encoder",
        str(model_folder.absolute()),
        str((draft / MODEL).absolute()),
    ]
    try:
        # Started where this package is, so that `-m` finds it, and nothing in the user's folder.
        start = Path(__file__).parents[2]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=CONVERSION_LIMIT, cwd=start)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddingError(f"the model could not be compiled: {reason}") from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise EmbeddingError(f"the model could not be compiled: {error}") from error
    (draft / WHOLE).write_text(json.dumps(_digests(draft)), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def is_whole(folder: Path) -> bool:
    """Whether a compiled copy is, byte for byte, what was made: a damaged one would embed wrongly without a word."""
    try:
        noted = json.loads((folder / WHOLE).read_text("utf-8"))
        return bool(noted == _digests(folder))
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    digests: dict[str, str] = {}
    for path in (folder / MODEL, (folder / MODEL).with_suffix(".bin")):
        with path.open("rb") as file:
            digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _openvino() -> Any:
    """The library, without its part that would report over the network how it is used."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def convert(module: Any, target: Path) -> None:
    """Write a torch module that maps (input_ids, attention_mask) to vectors as an OpenVINO model."""
    openvino = _openvino()
    import torch

    example = {
        "input_ids": torch.ones((2, 16), dtype=torch.int64),
        "attention_mask": torch.ones((2, 16), dtype=torch.int64),
    }
    model = openvino.convert_model(
        module, example_input=example, input=[("input_ids", [-1, -1]), ("attention_mask", [-1, -1])]
    )
    openvino.save_model(model, target, compress_to_fp16=False)


def pad_rows(rows: Sequence[Ids], padding: int, multiple: int = LENGTH_STEP) -> tuple[Ids, Ids]:
    """Token ids of different lengths as one (rows, length) array, and the mask that tells text from filling."""
    length = -(-max(len(row) for row in rows) // multiple) * multiple
    ids = np.full((len(rows), length), padding, np.int64)
    mask = np.zeros((len(rows), length), np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask


class CompiledModel:
    """A model file, ready to run: named arrays in, a list of float32 arrays out. Safe to call from several threads."""

    def __init__(self, path: Path, parts: Sequence[Path] = ()) -> None:
        """Load the model at `path`; `parts` are its weights where they lie in several files, in order."""
        openvino = _openvino()
        core = openvino.Core()
        fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32",
            # Pinned threads of several processes would all stand on the first cores, and leave the others idle.
            "ENABLE_CPU_PINNING": False,
        }
        if parts:
            weights = np.frombuffer(b"".join(part.read_bytes() for part in parts), np.uint8)
            model = core.read_model(path.read_bytes(), openvino.Tensor(weights))
        else:
            model = core.read_model(str(path))
        self._model = core.compile_model(model, "CPU", settings)
        self._inputs = frozenset(port.get_any_name() for port in self._model.inputs)
        self.output_dimensions = [
            dimensions[-1].get_length() if dimensions[-1].is_static else 0
            for dimensions in (port.get_partial_shape() for port in self._model.outputs)
        ]

    def run(self, inputs: Mapping[str, Any]) -> list[npt.NDArray[np.float32]]:
        """The outputs for one batch; inputs that the model does not have are left out."""
        request = self._model.create_infer_request()
        request.infer({name: value for name, value in inputs.items() if name in self._inputs})
        return [np.array(tensor.data, np.float32) for tensor in request.output_tensors]


class CompiledEncoder:
    """A compiled embedding model."""

    def __init__(self, path: Path) -> None:
        self._model = CompiledModel(path)
        self.dimension = self._model.output_dimensions[0]

    def run(self, rows: Sequence[Ids], padding: int) -> npt.NDArray[np.float32]:
        """Unit vectors of one batch of token ids, shape (len(rows), dimension)."""
        ids, mask = pad_rows(rows, padding)
        return self._model.run({"input_ids": ids, "attention_mask": mask})[0]
