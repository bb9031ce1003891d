"""What a stopped training goes on from: the masters of the weights, the optimizer, and the step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def resume(output: Path, masters: Sequence[Any], weights: Sequence[Any], optimizer: Any) -> int:
    """Take masters, weights and optimizer from the checkpoint in `output`, and return its step; 0 without one."""
    import torch

    path = output / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    with torch.no_grad():
        for master, weight, stored in zip(masters, weights, state["masters"], strict=True):
            master.copy_(stored)
            weight.copy_(stored)
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def write_checkpoint(output: Path, step: int, masters: Sequence[Any], optimizer: Any) -> None:
    """Write a checkpoint beside the last one, and put it in its place only when it is whole."""
    import torch

    state = {"step": step, "masters": [master.detach() for master in masters], "optimizer": optimizer.state_dict()}
    torch.save(state, output / "checkpoint.new")
    os.replace(output / "checkpoint.new", output / "checkpoint.pt")
