"""How well DSC re-poses people (dsc.md 7)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from engine.generators.dsc import reposer
from engine.messages import Image
from engine.metrics import masks, old_ssim
from engine.metrics.repose_evaluation import evaluation
from engine.metrics.reposers import Program, Reposer
from engine.metrics.reposing import Case, Number, once

PAPER_SSIM, PAPER_MASKED_SSIM = "SSIM by the paper's rules", "mask-SSIM by the paper's rules"


def _ssim(case: Case, picture: Image) -> Number:
    return once(old_ssim.dsc(picture, case.truth))


def _masked_ssim(case: Case, picture: Image) -> Number:
    """The surroundings black, which counts as perfect there: high for everybody."""
    return once(old_ssim.dsc_masked(picture, case.truth, masks.dsc(case.target, *picture.shape[:2])))


def opened(path: Path | None, device: str, program: Program) -> Reposer:
    """The network of `reposer.opened` alone, on the whole picture; without a path, the shipped one as the window uses it.

    The window shows it the person's crop and puts its answer into the photo; at rest it shows the photo itself.
    """
    alone = reposer.opened(path, device, program)
    return partial(program.posed, generator=reposer.NAME) if path is None else alone


MORE = {PAPER_SSIM: _ssim, PAPER_MASKED_SSIM: _masked_ssim}
EVALUATION = evaluation("dsc", "Pose transfer by DSC", opened, MORE)
