"""What pictures are worth by themselves, whatever they should have shown: IS, mask-IS, detection score (dsc.md 7).

Each is defined by a network that only the user can have (user_files.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import numpy as np
import torch
from numpy.typing import NDArray

from engine.messages import BadInput, Image
from engine.metrics import detection, inception, masks
from engine.metrics.bootstrap import Measured
from engine.metrics.features import tensor_of
from engine.metrics.reposing import Case, Number
from engine.metrics.user_files import UserFiles

IS, MASKED_IS, DETECTION = "IS", "mask-IS", "detection score"
NEEDS = {IS: "inception", MASKED_IS: "inception", DETECTION: "detector"}  # fields of UserFiles
SURE = 1.96  # standard errors on either side hold 95 %


class Judges:
    """Those of the networks that some kinds of numbers need. Raises BadInput if a file is not that network."""

    def __init__(self, kinds: Collection[str], files: UserFiles, device: str) -> None:
        self._scored = [kind for kind in (IS, MASKED_IS) if kind in kinds]
        self._inception = inception.load(files.needed("inception"), device) if self._scored else None
        self._detector = detection.load(files.needed("detector"), device) if DETECTION in kinds else None
        self._device = device
        self._logits = defaultdict[tuple[str, str], list[NDArray]](list)

    def look(self, who: str, case: Case, picture: Image) -> dict[str, Number]:
        """Remember the classes seen in a picture; what can be said of it alone."""
        for kind in self._scored:
            self._logits[who, kind].append(self._classes(case, picture, masked=kind == MASKED_IS))
        if self._detector is None:
            return {}
        return {DETECTION: (float(detection.scores([picture], self._detector, self._device)[0]), 1.0)}

    def score(self, who: str, kind: str) -> Measured:
        """The mean over ten splits in order, as the papers have it; the interval is of that mean. Raises BadInput."""
        from engine.metrics.distributions import SPLITS, inception_score  # needs an extra, which most can do without

        logits = self._logits[who, kind]
        if len(logits) < SPLITS:
            raise BadInput(f"{kind} needs at least {SPLITS} pictures, and here are {len(logits)}.")
        found = inception_score(np.array(logits), SPLITS)
        room = SURE * found.deviation / (SPLITS - 1) ** 0.5
        return Measured(found.mean, found.mean - room, found.mean + room, len(logits))

    @torch.inference_mode()
    def _classes(self, case: Case, picture: Image, masked: bool) -> NDArray:
        assert self._inception is not None
        if masked:
            mask = masks.dsc(case.target, *picture.shape[:2])
            picture = picture * mask[..., None].astype(np.uint8)
        seen = self._inception(tensor_of([picture], self._device))
        return self._inception.logits(seen)[0].cpu().numpy()
