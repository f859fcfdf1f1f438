"""What the examinations did not confirm, as `docs/trends` and `docs/scorecard.md` have it; a test compares them."""

from __future__ import annotations

NOT_REPRODUCED = {
    5: (1, 2), 8: (1, 1), 9: (1, 2), 12: (1, 2), 13: (1, 4), 14: (1, 3), 15: (1, 4), 16: (1, 2), 18: (1, 2),
    21: (1, 3), 22: (1, 4), 23: (3, 10), 27: (1, 3), 28: (2, 4), 29: (4, 4), 30: (3, 3), 33: (8, 11), 35: (6, 8),
    36: (1, 5), 38: (1, 10), 39: (2, 3),
}  # fmt: skip
"""Claim -> measures that did not reproduce it, and measures that were tested; other claims have none."""

OUTSIDE = {
    "poorer_people": ("sports_earbuds", "packaged_food", "smart_home_camera"),
    "ad_elasticity_short": ("packaged_food",),
    "ads_share": ("packaged_food",),
    "ramp_shape": ("sports_earbuds",),
    "weekly_cv": ("packaged_food", "smart_home_camera"),
    "repeat_buyers": ("sports_earbuds", "packaged_food", "smart_home_camera"),
    "repeat_share": ("sports_earbuds", "packaged_food", "smart_home_camera"),
    "late_drop": ("packaged_food",),
    "leftover_order": ("packaged_food", "smart_home_camera"),
}
"""Pattern that should emerge -> categories in which it lies outside its band."""
