"""Predictions of boxes: what detectors answer becomes classes, scores and places in the image."""
