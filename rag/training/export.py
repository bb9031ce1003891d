"""Trained readers → the files that are shipped: `python -m rag.training.export FOLDER...`.

Of several trainings that began alike the mean is shipped, parameter by parameter, which reads better than each of them
(model soups, Wortsman et al. 2022). The weights are compressed to eight bits per channel (the arithmetic stays in
bfloat16 or float32), which makes 22.6 million parameters 23 MB. Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.reading.reader import WEIGHTS


def export(folders: Sequence[Path], target: Path = WEIGHTS) -> None:
    """Write the mean of BERT span readers in transformers folders: `reader.xml`, `reader.bin` and `tokenizer.json`."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # the converter would report over the network
    import nncf
    import openvino
    import torch

    class Spans(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.reader = average_readers(folders).eval()

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            output = self.reader(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
            return output.start_logits, output.end_logits

    example = {
        name: torch.ones((2, 16), dtype=torch.int64) for name in ("input_ids", "attention_mask", "token_type_ids")
    }
    inputs = [(name, [-1, -1]) for name in example]
    model = openvino.convert_model(Spans().eval(), example_input=example, input=inputs)
    for port, name in zip(model.outputs, ("start_logits", "end_logits"), strict=True):
        port.get_tensor().set_names({name})
    model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
    target.mkdir(parents=True, exist_ok=True)
    openvino.save_model(model, target / "reader.xml", compress_to_fp16=True)
    shutil.copy(folders[0] / "tokenizer.json", target / "tokenizer.json")


def average_readers(folders: Sequence[Path]) -> Any:
    """The reader whose every parameter is the mean of those in the folders, in 32 bits."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    models = [AutoModelForQuestionAnswering.from_pretrained(folder, dtype=torch.float32) for folder in folders]
    states = [model.state_dict() for model in models]
    models[0].load_state_dict({name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]})
    return models[0]


if __name__ == "__main__":
    export([Path(folder) for folder in sys.argv[1:]])
