"""Installing Debian and Ubuntu packages, or saying how. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable


def is_there() -> bool:
    return shutil.which("apt-get") is not None


def install(packages: Iterable[str]) -> bool:
    """Say which command installs the packages and, as root, run it; returns whether they were installed."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    print(f"Missing packages are installed with:\n  {'' if is_root else 'sudo '}{' '.join(command)}", flush=True)
    if not (is_root and is_there()):
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], command):  # a fresh machine has no package lists
        code = subprocess.run(step, env=quiet, check=False, stdout=subprocess.DEVNULL).returncode
    if code:
        print(f"“{' '.join(command)}” failed with {code}.", file=sys.stderr)
    return code == 0
