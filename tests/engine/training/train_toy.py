"""A training program for the tests: `python train_toy.py RECIPE FOLDER JSON`, where JSON says what else is asked."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import toy_recipes

from engine.messages import BadInput
from engine.training import command


def main() -> int:
    recipe, folder, asked = sys.argv[1:4]
    make = getattr(toy_recipes, recipe)
    try:
        facts = command.run(command.Asked(recipe, Path(folder), device="cpu", **json.loads(asked)), lambda _: make())
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    if not facts["leads"]:
        return 0
    print(command.sentence(facts))
    return 0 if facts["stopped"] == "budget" else 1


if __name__ == "__main__":
    sys.exit(main())
