"""Trains both small recipes in two processes: `python train_toy.py FOLDER STEPS`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import torch
from toy_recipes import Adversaries, Learner

from engine.training import command
from engine.training.budget import Budget
from engine.training.crew import Crew
from engine.training.trainer import Options, Trainer


def main(folder: Path, steps: int) -> None:
    asked = command.Asked("toy", folder, devices=2, threads=2)
    crew = Crew(command.started(asked, "cpu"))
    for make in (Learner, Adversaries):
        torch.manual_seed(5 + crew.share.rank)  # the leader's weights are taken over, however the others begin
        Trainer(make(), folder / make.name, Options(Budget(steps=steps), seed=5, log_steps=1), crew).run()
    (folder / f"{crew.share.rank} of {crew.share.world}").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
