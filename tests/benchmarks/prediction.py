"""What predictions are worth: each program's configuration from the others' searches alone.

Every program is searched once, from scratch, so that no search has seen what another found; what is
recorded already is not searched again. ``ckp autotune --predict --evaluate`` does the rest. Give it
a CKP_HOME of its own. Gains are over -O3.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

PROGRAMS = "fft,image-corners,jacobi,jpeg-dct,lz,matmul,nbody,sha256,sort,string-search"
CKP = (sys.executable, "-m", "ck_core")


def is_recorded(name: str) -> bool:
    command = [*CKP, "find", f"experiment:tune-{name}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", default=PROGRAMS)
    parser.add_argument("--compiler", default="gcc@12")
    parser.add_argument("--evaluations", default=40, type=int)
    parser.add_argument("--finals", default=10, type=int)
    given = parser.parse_args()
    common = [f"--compiler={given.compiler}", f"--finals={given.finals}", "--seed=1", "--quiet"]
    budget = [f"--evaluations={given.evaluations}", "--no-reduction", "--from-scratch"]
    for name in given.programs.split(","):
        if not is_recorded(name):
            subprocess.run([*CKP, "autotune", f"program:{name}", *common, *budget], check=True)
    print("load average", " ".join(f"{one:.2f}" for one in os.getloadavg()), flush=True)
    subprocess.run([*CKP, "autotune", "--predict", "--evaluate", *common], check=True)


if __name__ == "__main__":
    main()
