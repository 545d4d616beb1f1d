"""Moments as people read them."""

from __future__ import annotations

import time

DAY = 24 * 3600.0


def clock(when: float, now: float) -> str:
    """The time of day; further back, the date as well."""
    then = time.localtime(when)
    return time.strftime("%H:%M:%S" if now - when < DAY / 2 else "%d.%m.%Y %H:%M", then)
