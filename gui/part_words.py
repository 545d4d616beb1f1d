"""What is said of a part that the deformation moves: a word, and a sentence."""

from __future__ import annotations

from engine.messages import Part

GROWN = 1.15  # times as large as in the photo: worth a figure
STRETCHED = 2.0  # from here on one pixel of the photo covers two, which can be seen
NOTES = {
    "moved": "",
    "borrowed": "borrowed",
    "absent": "absent",
    "unseen": "missing",
    "collapsed": "no map",
    "outside": "outside",
}
TIPS = {
    "moved": "The {name}, moved from the photo to where the pose has it.",
    "borrowed": "The {name} is missing in the photo; the opposite one is moved here in its place.",
    "absent": "The {name} is absent in the pose: nothing is moved there.",
    "unseen": "{kind} is missing in the photo: nothing can be moved there.",
    "collapsed": "The joints of the {name} lie on one spot or on one line: they say nothing of where its pixels go.",
    "outside": "The {name} lies outside of the picture: there is nothing to see of it.",
}


def name_of(part: Part) -> str:
    return part.name.capitalize()


def note(part: Part) -> str:
    """At most a word: why nothing is moved, or how many times larger it becomes."""
    if part.state != "moved":
        return NOTES[part.state]
    if part.flipped:
        return "flipped"
    return f"{part.growth:.1f} ×" if GROWN <= part.growth < 9.95 else f"{part.growth:.0f} ×" if part.growth > 9 else ""


def tip(part: Part) -> str:
    kind = f"The {part.name}" if part.name in ("head", "torso") else "This limb"
    said = [TIPS[part.state].format(name=part.name, kind=kind)]
    if is_moved(part) and part.growth >= GROWN:
        blurred = ", which shows" if part.growth >= STRETCHED else ""
        said.append(f"It becomes {part.growth:.1f} times as large as it is there{blurred}.")
    if is_moved(part) and part.flipped:
        said.append("It is turned over, as in a mirror.")
    return " ".join(said)


def is_moved(part: Part) -> bool:
    return part.state in ("moved", "borrowed")


def is_dubious(part: Part) -> bool:
    """Whether what is moved can hardly look well."""
    return is_moved(part) and (part.flipped or part.growth >= STRETCHED)
