"""Ship the weights of a training run with a card of what was recorded and measured.

    python tools/ship_weights.py annotator RUN --data "people factory, …" --trained-by "python main.py train …" \\
        --device "2 CPU cores" --evaluation EVALUATION.json --photos PHOTOS.json

EVALUATION is what `main.py evaluate` wrote, PHOTOS what `python -m bench.real_photos` did.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.io import shipping
from engine.io.shipping import Evidence, Shipped
from engine.messages import BadInput

NETWORKS = {  # name -> module:function that says what is shipped
    "annotator": "engine.perception.training:shipped",
    "dsc": "engine.generators.dsc.shipping:shipped",
    "face": "engine.perception.face_training:shipped",
    "lifter": "engine.perception.body_training:shipped",
}


def shipped(name: str) -> Shipped:
    module, _, function = NETWORKS[name].partition(":")
    return getattr(importlib.import_module(module), function)()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--trained-by", required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--replaces", default="")
    asked = parser.parse_args()
    one = shipped(asked.network)
    measured = f"python main.py evaluate {one.system} --data people:DIR --json FILE"
    evidence = [Evidence(asked.evaluation, measured, of="held-out people")]
    if asked.photos:
        command = "python -m bench.real_photos FOLDER --json FILE"
        evidence.append(Evidence(asked.photos, command, "real photos, ", "photographs"))
    try:
        card = shipping.ship(
            one, asked.run, evidence, asked.data, asked.trained_by, asked.device, replaces=asked.replaces
        )
    except BadInput as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{card.name}: {card.parameters:,} parameters, {card.flops / 1e9:.1f} GFLOP a step.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
