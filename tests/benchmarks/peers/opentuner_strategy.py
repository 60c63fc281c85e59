"""OpenTuner's default search as a strategy: the same flags, builds and measurements as ckp's."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.domain.tuning.strategy import Problem, Trial

PROCESS = Path(__file__).with_name("opentuner_process.py")


class OpenTuner:
    """Asked and told in a process of its own, whose Python is ``python``.

    It leaves a log where it runs, hence a directory of its own.
    """

    def __init__(self, problem: Problem, python: str) -> None:
        self._space = problem.space
        self._directory = TemporaryDirectory()
        self._process = subprocess.Popen(
            [python, str(PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self._directory.name,
        )
        self._asked: dict[object, int] = {}
        parameters = [
            {"name": one.name, "values": one.values, "ordered": one.ordered}
            for one in problem.space.parameters
        ]
        self._say({"parameters": parameters, "seed": problem.seed})

    def ask(self) -> Configuration | None:
        self._say({"do": "ask"})
        assert self._process.stdout is not None
        answer = json.loads(self._process.stdout.readline())
        if answer is None:
            return None
        found = self._space.normalized(answer["configuration"])
        self._asked[key_of(found)] = answer["id"]
        return found

    def tell(self, trial: Trial) -> None:
        """Only what it has asked for: its interface takes nothing else."""
        asked = self._asked.pop(key_of(trial.configuration), None)
        if asked is not None:
            cost = trial.cost if trial.costs else None
            self._say({"do": "tell", "id": asked, "cost": cost})

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._directory.cleanup()
