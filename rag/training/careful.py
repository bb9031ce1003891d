"""The careful reader's training: `python -m rag.training.careful --data FOLDER --start FOLDER --output FOLDER`.

MPNet base with a span head is fine-tuned on the reading sets, its embeddings and lowest layers frozen; windows are cut
with the fast reader's word pieces, which MPNet's vocabulary holds in the same order. A share of the loss, falling from
`taught` to `taught_at_end`, is taken against the fast reader's logits, so that a short training soon tells which
windows hold no answer. Two threads train on halves of each step's windows with the same weights: on two processors that
is a third faster than one training on both. What is minimised is in `rag.training.losses`.

The start is made by `rag.training.public_weights`, the shipped files by `rag.training.careful_export`. Seeded; a run
that was stopped goes on from its last checkpoint. Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpus.embedding.compiled import CompiledModel
from rag.reading.cascade import FILLING, own_ids
from rag.reading.reader import WEIGHTS, SpanReader
from rag.training.checkpoints import resume, write_checkpoint
from rag.training.examples import Group, Mixture, training_examples
from rag.training.losses import Batch, batch_of, train_on
from rag.training.train import TrainingSettings, batches

THREADS = 2
LOG_EVERY = 20
MIXTURE = Mixture(introduced=0.15, binding=6000)


@dataclass(frozen=True, slots=True)
class CarefulSettings:
    """What makes a run; the defaults are those of the shipped weights (see the model card)."""

    steps: int = 1100
    windows: int = 16
    peak_rate: float = 5e-5
    warmup: float = 0.06
    weight_decay: float = 0.01
    frozen_layers: int = 4
    taught: float = 0.5
    taught_at_end: float = 0.1
    seed: int = 61
    checkpoint_every: int = 100

    def rate(self, step: int) -> float:
        """The share of the peak learning rate at a step: up over the warm-up, then down to zero."""
        rise = max(1.0, self.steps * self.warmup)
        return max(0.0, min(1.0, step / rise, (self.steps - step) / max(1.0, self.steps - rise)))

    def share_taught(self, step: int) -> float:
        """The share of the loss that is taken against the fast reader at a step."""
        return self.taught + (self.taught_at_end - self.taught) * step / self.steps


def train(data: Path, start: Path, output: Path, settings: CarefulSettings) -> None:
    """Train from the weights in `start` (a transformers folder), or go on with the run in `output`."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    output.mkdir(parents=True, exist_ok=True)
    models = load_sharing(start, settings.frozen_layers)
    names, weights = trained_parameters(models[0])
    others = [trained_parameters(model)[1] for model in models]
    masters = [weight.detach().float().clone().requires_grad_() for weight in weights]
    optimizer = torch.optim.AdamW(
        masters, lr=settings.peak_rate, weight_decay=settings.weight_decay, betas=(0.9, 0.98), fused=True
    )
    done = resume(output, masters, weights, optimizer)
    fast = SpanReader()
    teacher = CompiledModel(WEIGHTS / "reader.xml")
    examples = training_examples(data, fast.tokenizer, MIXTURE, settings.seed)
    stream = batches(examples, replace(TrainingSettings(), batch=settings.windows, seed=settings.seed))
    (output / "settings.json").write_text(json.dumps({**asdict(settings), "mixture": asdict(MIXTURE)}, indent=1))
    log = _Log(output / "log.jsonl")
    with ThreadPoolExecutor(THREADS) as threads:
        for step in itertools.count(1):
            halves = [next(stream) for _ in range(THREADS)]
            if step <= done:
                continue
            if step > settings.steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = settings.peak_rate * settings.rate(step)
            share = settings.share_taught(step)

            def learn(place: int, halves: Sequence[Sequence[Group]] = halves, share: float = share) -> float:
                return learn_from(models[place], batch_of(halves[place], 0), fast.marks, teacher, share)

            losses = list(threads.map(learn, range(THREADS)))
            take_step(masters, others, optimizer)
            log.note(step, losses, sum(len(group) for half in halves for group in half))
            if step % settings.checkpoint_every == 0 or step == settings.steps:
                write_checkpoint(output, step, masters, optimizer)
                write_weights(output, names, masters)


def load_sharing(start: Path, frozen_layers: int) -> list[Any]:
    """As many models as threads, all with the same weights in memory; embeddings and lowest layers are frozen."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    models = [
        AutoModelForQuestionAnswering.from_pretrained(
            start,
            dtype=torch.bfloat16,
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        ).train()
        for _ in range(THREADS)
    ]
    for model in models:
        encoder = model.base_model.encoder
        frozen = [model.base_model.embeddings, *encoder.layer[:frozen_layers]]
        frozen += [encoder.relative_attention_bias] if frozen_layers else []
        for part in frozen:
            part.requires_grad_(False)
        for own, shared in zip(model.parameters(), models[0].parameters(), strict=True):
            own.data = shared.data
    return models


def trained_parameters(model: Any) -> tuple[list[str], list[Any]]:
    """The names and the parameters that are trained."""
    trained = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    return [name for name, _ in trained], [weight for _, weight in trained]


def learn_from(model: Any, batch: Batch, marks: tuple[int, int], teacher: CompiledModel, share: float) -> float:
    """The loss of some windows, whose gradients are added to the model's."""
    import torch

    pieces, mask = batch.inputs["input_ids"].numpy(), batch.inputs["attention_mask"]
    ids = torch.from_numpy(own_ids(pieces, *marks)).masked_fill(mask == 0, FILLING)
    return train_on(model(input_ids=ids, attention_mask=mask), batch, [teacher], share)


def take_step(masters: Sequence[Any], models: Sequence[Sequence[Any]], optimizer: Any) -> None:
    """Move the masters by the mean of the models' gradients, and the weights that the models share with them."""
    import torch

    for master, *weights in zip(masters, *models, strict=True):
        master.grad = torch.stack([weight.grad.float() for weight in weights]).mean(0)
        for weight in weights:
            weight.grad = None
    torch.nn.utils.clip_grad_norm_(masters, 1.0)
    optimizer.step()
    with torch.no_grad():
        for master, weight in zip(masters, models[0], strict=True):
            weight.copy_(master)


def write_weights(output: Path, names: Sequence[str], masters: Sequence[Any]) -> None:
    """Write the trained parameters in 16 bits: what the export adds to the start."""
    import torch

    trained = {name: master.detach().half() for name, master in zip(names, masters, strict=True)}
    torch.save(trained, output / "weights.new")
    os.replace(output / "weights.new", output / "weights.pt")


class _Log:
    """One JSON line every few steps: the loss, and how many windows a second were trained on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._losses: list[float] = []
        self._windows = 0
        self._since = time.perf_counter()

    def note(self, step: int, losses: Sequence[float], windows: int) -> None:
        self._losses += losses
        self._windows += windows
        if step % LOG_EVERY:
            return
        speed = self._windows / (time.perf_counter() - self._since)
        mean = sum(self._losses) / len(self._losses)
        line = {"step": step, "loss": round(mean, 4), "windows_per_second": round(speed, 1)}
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        self._losses, self._windows, self._since = [], 0, time.perf_counter()


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.careful", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the reading sets")
    parser.add_argument("--start", type=Path, required=True, help="transformers folder to start from")
    parser.add_argument("--output", type=Path, required=True, help="folder for checkpoints, log and weights")
    for name, value in asdict(CarefulSettings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    chosen = vars(parser.parse_args())
    data, start, output = (chosen.pop(name) for name in ("data", "start", "output"))
    train(data, start, output, CarefulSettings(**chosen))


if __name__ == "__main__":
    main()
