"""Numbers typed in the middle of a gesture, and the words that stand beside the pointer meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from gui.canvas.pointer import Pointer

LONGEST = 12  # characters


@dataclass
class Note:
    """What a gesture under way has to say and has been told."""

    text: str = ""  # "Turn 24°"
    typed: str = ""  # as it stands so far: "-12."

    def take(self, pointer: Pointer) -> None:
        """Digits and the point are added, minus turns the sign round, backspace takes the last away."""
        if pointer.kind != "key":
            return
        if pointer.key == "-":
            self.typed = self.typed[1:] if self.typed.startswith("-") else f"-{self.typed}"
        elif pointer.key == "backspace":
            self.typed = self.typed[:-1]
        elif len(self.typed) < LONGEST and (pointer.key.isdigit() or (pointer.key == "." and "." not in self.typed)):
            self.typed += pointer.key

    @property
    def value(self) -> float | None:
        """None while nothing that is a number stands there."""
        try:
            return float(self.typed)
        except ValueError:
            return None
