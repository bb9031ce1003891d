"""The trained careful reader → the files that are shipped: `python -m rag.training.careful_export START WEIGHTS`.

The weights are compressed to eight bits per channel, which makes 109 million parameters 110 MB, and split into files of
at most 40 MB, which any host of repositories takes. Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rag.reading.readers import CAREFUL_WEIGHTS

PART_BYTES = 40_000_000


def export(start: Path, weights: Path, target: Path = CAREFUL_WEIGHTS) -> None:
    """Write `reader.xml` and the parts of `reader.bin`; `weights` holds the trained parameters by name."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # the converter would report over the network
    import nncf
    import openvino
    import torch

    class Spans(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.reader = load_trained(start, weights).eval()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            output = self.reader(input_ids, attention_mask=attention_mask)
            return output.start_logits, output.end_logits

    example = {name: torch.full((2, 16), 5, dtype=torch.int64) for name in ("input_ids", "attention_mask")}
    inputs = [(name, [-1, -1]) for name in example]
    model = openvino.convert_model(Spans().eval(), example_input=example, input=inputs)
    for port, name in zip(model.outputs, ("start_logits", "end_logits"), strict=True):
        port.get_tensor().set_names({name})
    model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
    target.mkdir(parents=True, exist_ok=True)
    openvino.save_model(model, target / "reader.xml", compress_to_fp16=True)
    split_file(target / "reader.bin", PART_BYTES)


def load_trained(start: Path, weights: Path) -> Any:
    """The reader in 32 bits: the start with the trained parameters in their places."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    model = AutoModelForQuestionAnswering.from_pretrained(start, dtype=torch.float32, attn_implementation="eager")
    trained = torch.load(weights, weights_only=True)
    model.load_state_dict({**model.state_dict(), **{name: weight.float() for name, weight in trained.items()}})
    return model


def split_file(path: Path, size: int) -> list[Path]:
    """Split a file into parts of `size` bytes beside it, named by their number, and remove it."""
    content = path.read_bytes()
    parts = []
    for number, at in enumerate(range(0, len(content), size)):
        parts.append(path.with_name(f"{path.name}.{number:02d}"))
        parts[-1].write_bytes(content[at : at + size])
    path.unlink()
    return parts


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
