"""Images of a dataset, prepared for a model, as ``prepared/`` in the current directory.

Run it by an interpreter with Pillow: ``python -I prepare.py``, with the variables that datasets and
models set: CKP_DATASET_LAYOUT, CKP_DATASET_PATH, CKP_DATASET_LABELS, CKP_DATASET_VOCABULARY,
CKP_MODEL_META; and CKP_COUNT, CKP_CACHE, CKP_PREPARE_JOBS. It exits with 3, and one line on
standard error, where that cannot be done.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a component's directory is not ours to write to
sys.path.insert(0, str(Path(__file__).resolve().parent))


def run(arguments: list[str]) -> int:
    try:
        if arguments == ["--work"]:
            from prepared_images.work import serve  # noqa: PLC0415  # the path is known only now

            return serve()
        from prepared_images.command import main  # noqa: PLC0415  # as above

        return main()
    except ModuleNotFoundError as missing:
        sys.stderr.write(
            f"ckp-prepare: {sys.executable} has no {missing.name}; "
            "ckp install package:pillow makes one that has\n"
        )
        return 3


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
