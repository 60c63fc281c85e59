"""One network in the format of a framework: see docs/ml.md.

Run by the framework's interpreter, isolated: ``PYTHON -I convert.py FORMAT DIRECTORY``, with
CKP_MODEL (the network's directory, or the model to convert) and CKP_PRECISION; of 8 bits in a
directory with ``prepared/``, images to calibrate with.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a component's directory is not ours to write to
sys.path.insert(0, str(Path(__file__).resolve().parent))

from ckp_convert.converting import main  # noqa: E402  # the path is known only now

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
