"""The 13 face attributes, in the order that is part of the model (stgan.md 2.3)."""

ATTRIBUTE_NAMES = (
    "bald",
    "bangs",
    "black hair",
    "blond hair",
    "brown hair",
    "bushy eyebrows",
    "eyeglasses",
    "male",
    "mouth slightly open",
    "mustache",
    "no beard",
    "pale skin",
    "young",
)
