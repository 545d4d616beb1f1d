"""The ten semantic classes (spt.md 2.4), stored as uint8 indices from end to end."""

LABEL_NAMES = (
    "background",
    "face",
    "hair",
    "upper clothes",
    "pants",
    "skirt",
    "left arm",
    "right arm",
    "left leg",
    "right leg",
)
(BACKGROUND, FACE, HAIR, UPPER_CLOTHES, PANTS, SKIRT, LEFT_ARM, RIGHT_ARM, LEFT_LEG, RIGHT_LEG) = range(10)

# For display only: warm hues on the person's left, cool ones on the right, told apart under the common colour deficiencies.
LABEL_COLOURS = (
    (0, 0, 0),
    (255, 215, 170),
    (90, 60, 40),
    (0, 158, 115),
    (60, 80, 160),
    (204, 121, 167),
    (230, 159, 0),
    (86, 180, 233),
    (213, 94, 0),
    (0, 114, 178),
)
