"""Experiments as people use them: recording, reading, comparing, replaying; typed, no printing."""
