"""The shipped reader → a folder that further training starts from: `python -m rag.training.unpack FOLDER`.

The opposite of `rag.training.export`: the weights are brought from eight bits back to 32, so the logits are those of
the shipped files. Needs transformers, which sentence-transformers brings.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from rag.reading.reader import WEIGHTS

HEAD_DIMENSION = 32
"""Numbers that one attention head of a MiniLM encoder looks at."""
PARTS = {
    "/aten::linear/Add": ".bias",
    "/aten::layer_norm/Multiply_1": ".weight",
    "/aten::layer_norm/Add": ".bias",
}
"""What the constant is that an operation takes, by the end of its name."""


def unpack(target: Path, folder: Path = WEIGHTS) -> None:
    """Write a BERT span reader as transformers keeps one, made from the exported files in `folder`."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # it would report over the network
    import openvino
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    operations = openvino.Core().read_model(folder / "reader.xml").get_ordered_ops()
    weights = {
        name: torch.from_numpy(data.copy()) for name, data in {**_matrices(operations), **_vectors(operations)}.items()
    }
    words, hidden = weights["bert.embeddings.word_embeddings.weight"].shape
    model = BertForQuestionAnswering(
        BertConfig(
            vocab_size=words,
            hidden_size=hidden,
            num_hidden_layers=sum(name.endswith("attention.self.query.weight") for name in weights),
            num_attention_heads=hidden // HEAD_DIMENSION,
            intermediate_size=weights["bert.encoder.layer.0.intermediate.dense.weight"].shape[0],
            max_position_embeddings=weights["bert.embeddings.position_embeddings.weight"].shape[0],
        )
    )
    model.load_state_dict(weights)
    target.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(target)
    shutil.copy(folder / "tokenizer.json", target / "tokenizer.json")
    (target / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}), "utf-8")


def _matrices(operations: list[Any]) -> dict[str, Any]:
    """Matrices by name: (whole numbers of eight bits - zero point) times scale, for each row."""
    stored = {
        operation.get_friendly_name(): operation.get_data()
        for operation in operations
        if operation.get_type_name() == "Constant"
    }
    return {
        name.removeprefix("self.reader."): (data.astype("float32") - stored[f"{name}/zero_point"].astype("float32"))
        * stored[f"{name}/scale"].astype("float32")
        for name, data in stored.items()
        if name.startswith("self.reader.") and name.endswith(".weight")
    }


def _vectors(operations: list[Any]) -> dict[str, Any]:
    """Biases and the weights of layer norms by name: they have lost their names, but not what takes them."""
    found = {}
    for operation in operations:
        name = operation.get_friendly_name()
        part = next((part for part in PARTS if name.endswith(part)), None)
        if part and name.startswith("__module.reader."):
            for taken in operation.inputs():
                constant = taken.get_source_output().get_node()
                while constant.get_type_name() == "Convert":
                    constant = constant.input(0).get_source_output().get_node()
                if constant.get_type_name() == "Constant":
                    key = name.removeprefix("__module.reader.").removesuffix(part) + PARTS[part]
                    found[key] = constant.get_data().astype("float32").reshape(-1)
    return found


if __name__ == "__main__":
    unpack(Path(sys.argv[1]))
