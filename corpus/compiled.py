"""Models compiled for the processor; the only door to OpenVINO.

A copy of an embedding model is made once, in a process of its own (so that torch never enters this one), and kept in
the user's cache folder under the SHA-256 of its weights. Where the processor multiplies bfloat16 in hardware, that is
used: 2 to 2.5 times the speed of float32 for the same vectors (cosine above 0.9999).
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import EmbeddingError

LENGTH_STEP = 16
"""Batches are filled up to a multiple of this, so that few shapes occur: each new one costs a compilation."""
CONVERSION_LIMIT = 300.0
"""Seconds that making a compiled copy may take."""

log = logging.getLogger(__name__)
Ids = npt.NDArray[np.int64]


def cache_folder() -> Path:
    """Where compiled copies are kept: `$PRESSMARK_CACHE`, else the user's cache folder."""
    from platformdirs import user_cache_path

    named = os.environ.get("PRESSMARK_CACHE")
    return Path(named) if named else user_cache_path("pressmark")


def compiled_copy(model_folder: Path, weights_sha256: str) -> Path:
    """The compiled copy of a sentence-transformers model, made when it is not there yet.

    Raises `EmbeddingError` when it cannot be made.
    """
    from openvino import get_version

    version = get_version().split("-")[0]
    folder = cache_folder() / "models" / f"{weights_sha256[:16]}-openvino-{version}"
    target = folder / "model.xml"
    if target.exists() and target.with_suffix(".bin").exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "corpus.embedding", str(model_folder), str(target)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=CONVERSION_LIMIT)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddingError(f"the model could not be compiled: {reason}") from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise EmbeddingError(f"the model could not be compiled: {error}") from error
    return target


def convert(module: Any, target: Path) -> None:
    """Write a torch module that maps (input_ids, attention_mask) to vectors as an OpenVINO model, in one step.

    The file appears under its name only when it is complete. Usage statistics of the converter are switched off.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # the converter would report over the network
    import openvino
    import torch

    example = {
        "input_ids": torch.ones((2, 16), dtype=torch.int64),
        "attention_mask": torch.ones((2, 16), dtype=torch.int64),
    }
    model = openvino.convert_model(
        module, example_input=example, input=[("input_ids", [-1, -1]), ("attention_mask", [-1, -1])]
    )
    draft = target.with_name(f"{os.getpid()}-{target.name}")
    openvino.save_model(model, draft, compress_to_fp16=False)
    draft.with_suffix(".bin").replace(target.with_suffix(".bin"))
    draft.replace(target)


def padded(rows: Sequence[Ids], padding: int, multiple: int = LENGTH_STEP) -> tuple[Ids, Ids]:
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

    def __init__(self, path: Path) -> None:
        import openvino

        core = openvino.Core()
        fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32"}
        self._model = core.compile_model(str(path), "CPU", settings)
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
        ids, mask = padded(rows, padding)
        return self._model.run({"input_ids": ids, "attention_mask": mask})[0]
