"""The first images of a dataset as a dataset of their own: ``python -I subset.py COUNT DIRECTORY``.

The dataset is what the variables CKP_DATASET_... say. Packages run it; it needs no Pillow.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a component's directory is not ours to write to
sys.path.insert(0, str(Path(__file__).resolve().parent))

if __name__ == "__main__":
    from prepared_images.subsets import main

    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), os.environ))
