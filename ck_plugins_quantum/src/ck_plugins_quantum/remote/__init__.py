"""Jobs on real machines: remembered while nobody waits for them."""
