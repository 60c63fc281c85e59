"""The core's own plugins; they use no power that a stranger lacks."""
