"""Checks that the system libraries Qt loads on Linux are there, and installs them where that is possible.

Missing ones are installed when this runs as root on a system with apt; otherwise the exact command is printed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

import apt

# What the Qt libraries and their xcb, wayland and offscreen plugins link to beyond libc (found with ldd), and the
# Debian and Ubuntu packages that have it. On newer systems some names end in t64; apt knows them under these too.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_PACKAGES = {  # needed only where there is nothing but Wayland: with a DISPLAY Qt falls back to xcb
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
FONTS = ("fc-list", "fonts-dejavu-core")  # a window without any font shows boxes


def main() -> int:
    if not sys.platform.startswith("linux"):
        return 0
    wanted = _wanted()
    missing = _missing(wanted)
    packages = sorted({wanted[name] for name in missing} | _missing_fonts())
    if missing:
        print(f"Qt needs system libraries that are missing: {', '.join(missing)}.")
    if packages:
        apt.install(packages)
    if still := _missing(wanted):
        print(f"Qt cannot start without {', '.join(still)}.", file=sys.stderr)
    return 1 if still else 0


def _wanted() -> dict[str, str]:
    only_wayland = "WAYLAND_DISPLAY" in os.environ and not os.environ.get("DISPLAY")
    return PACKAGES | WAYLAND_PACKAGES if only_wayland else PACKAGES


def _missing(wanted: dict[str, str]) -> list[str]:
    return [name for name in wanted if not _loads(name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _missing_fonts() -> set[str]:
    """Asked only where apt can help: other systems bring fonts along."""
    program, package = FONTS
    if not apt.is_there():
        return set()
    if shutil.which(program) is None:
        return {"fontconfig", package}
    listed = subprocess.run([program], capture_output=True, text=True, check=False).stdout
    return set() if listed.strip() else {package}


if __name__ == "__main__":
    sys.exit(main())
