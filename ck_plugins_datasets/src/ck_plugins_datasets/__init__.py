"""Datasets of images as a plugin of ckp: found by their content, never copied."""
