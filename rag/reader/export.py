"""A trained reader → the files that are shipped: `python -m rag.reader.export FOLDER`.

The weights are compressed to eight bits per channel (the arithmetic stays in bfloat16 or float32), which makes 22.6
million parameters 23 MB. Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rag.reader.model import WEIGHTS


def export(folder: Path, target: Path = WEIGHTS) -> None:
    """Write `reader.xml`, `reader.bin` and `tokenizer.json` for a BERT span reader in a transformers folder."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # the converter would report over the network
    import nncf
    import openvino
    import torch
    from transformers import AutoModelForQuestionAnswering

    class Spans(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.reader = AutoModelForQuestionAnswering.from_pretrained(folder, dtype=torch.float32).eval()

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
    shutil.copy(folder / "tokenizer.json", target / "tokenizer.json")


if __name__ == "__main__":
    export(Path(sys.argv[1]))
