"""OpenTuner asked and told over pipes, one JSON text a line; runs in an environment of its own.

First line in: ``{"parameters": {"NAME": ["VALUE", ...]}, "seed": 1}``. Then ``{"do": "ask"}``,
which is answered by ``{"id": 1, "configuration": {...}}`` or ``null``, and
``{"do": "tell", "id": 1, "cost": 0.5}``, a cost of null being a failure.

python3 -m venv DIR && DIR/bin/pip install opentuner==0.8.8 "numpy<2" "sqlalchemy<1.4"
"""

import argparse
import json
import logging
import random
import sys

# mypy: ignore-errors
# OpenTuner has no types, and is not in this environment.
import opentuner
from opentuner.api import TuningRunManager
from opentuner.measurement.interface import DefaultMeasurementInterface
from opentuner.resultsdb.models import Result
from opentuner.search.manipulator import ConfigurationManipulator, EnumParameter


def manager_of(parameters):
    manipulator = ConfigurationManipulator()
    for name, values in parameters.items():
        manipulator.add_parameter(EnumParameter(name, values))
    parser = argparse.ArgumentParser(parents=opentuner.argparsers())
    options = parser.parse_args(["--no-dups", "--database", "sqlite://"])
    names = {"project_name": "ckp", "program_name": "ckp", "program_version": "1"}
    interface = DefaultMeasurementInterface(args=options, manipulator=manipulator, **names)
    return TuningRunManager(interface, options)


def main():
    logging.disable(logging.CRITICAL)
    problem = json.loads(sys.stdin.readline())
    random.seed(problem["seed"])
    manager, asked = manager_of(problem["parameters"]), {}
    for line in sys.stdin:
        message = json.loads(line)
        if message["do"] == "ask":
            wanted = manager.get_next_desired_result()
            asked[len(asked)] = wanted
            answer = wanted and {"id": len(asked) - 1, "configuration": wanted.configuration.data}
            print(json.dumps(answer), flush=True)
        else:
            cost, state = message["cost"], "OK" if message["cost"] is not None else "ERROR"
            result = Result(time=float("inf") if cost is None else cost, state=state)
            manager.report_result(asked[message["id"]], result)


main()
