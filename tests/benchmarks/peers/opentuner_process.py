"""OpenTuner asked and told over pipes, one JSON text a line; runs in an environment of its own.

First line in: ``{"parameters": [{"name": "", "values": ["VALUE", ...], "ordered": false}, ...],
"seed": 1}``. Then ``{"do": "ask"}``, which is answered by ``{"id": 1, "configuration": {...}}`` or
``null``, and
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
from opentuner.search.manipulator import ConfigurationManipulator, EnumParameter, IntegerParameter


def manager_of(parameters):
    """As in its own GCC example: flags are choices, and ``--param``s numbers, here their places."""
    manipulator = ConfigurationManipulator()
    for one in parameters:
        name, values = one["name"], one["values"]
        number = one["ordered"] and IntegerParameter(name, 0, len(values) - 1)
        manipulator.add_parameter(number or EnumParameter(name, values))
    parser = argparse.ArgumentParser(parents=opentuner.argparsers())
    options = parser.parse_args(["--no-dups", "--database", "sqlite://"])
    names = {"project_name": "ckp", "program_name": "ckp", "program_version": "1"}
    interface = DefaultMeasurementInterface(args=options, manipulator=manipulator, **names)
    return TuningRunManager(interface, options)


def texts_of(data, parameters):
    values = {one["name"]: one["values"] for one in parameters if one["ordered"]}
    return {name: values[name][one] if name in values else one for name, one in data.items()}


def main():
    logging.disable(logging.CRITICAL)
    problem = json.loads(sys.stdin.readline())
    random.seed(problem["seed"])
    parameters = problem["parameters"]
    manager, asked = manager_of(parameters), {}
    for line in sys.stdin:
        message = json.loads(line)
        if message["do"] == "ask":
            wanted = manager.get_next_desired_result()
            asked[len(asked)] = wanted
            found = wanted and texts_of(wanted.configuration.data, parameters)
            answer = wanted and {"id": len(asked) - 1, "configuration": found}
            print(json.dumps(answer), flush=True)
        else:
            cost, state = message["cost"], "OK" if message["cost"] is not None else "ERROR"
            result = Result(time=float("inf") if cost is None else cost, state=state)
            manager.report_result(asked[message["id"]], result)


main()
