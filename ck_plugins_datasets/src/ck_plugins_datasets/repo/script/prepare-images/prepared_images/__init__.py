"""Images of a dataset as the bytes that a model's input is made of.

Run by an interpreter with Pillow, apart from ckp: nothing here imports it.
"""
