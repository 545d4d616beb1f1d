"""The systems `main.py evaluate` knows. A new one is a line here; its code is imported when it is asked for."""

from __future__ import annotations

import importlib

from engine.messages import BadInput
from engine.metrics.evaluation import Evaluation

SYSTEMS: dict[str, str] = {  # name -> module:name of an Evaluation
    "perception": "engine.metrics.annotation:EVALUATION",
    "face": "engine.metrics.face_evaluation:EVALUATION",
    "body": "engine.metrics.body_evaluation:EVALUATION",
    "dsc": "engine.generators.dsc.evaluation:EVALUATION",
}


def evaluation(name: str) -> Evaluation:
    """Raises BadInput."""
    if name not in SYSTEMS:
        known = f"choose {', '.join(SYSTEMS)}" if SYSTEMS else "none can be evaluated yet"
        raise BadInput(f"There is no system called {name}: {known}.")
    module, _, found = SYSTEMS[name].partition(":")
    return getattr(importlib.import_module(module), found)
