"""What all generators that re-pose a person ask of a document."""

from __future__ import annotations

from engine.document import Document


def problem(document: Document) -> str:
    for figure, pose in (("source", document.source.keypoints), ("target", document.target.keypoints)):
        if missing := pose.missing():
            names, several = " and the ".join(missing), len(missing) > 1
            are, them = ("are", "them") if several else ("is", "it")
            return f"The {names} of the {figure} pose {are} needed: set {them} to visible or hidden and put {them} in place."
    return ""
