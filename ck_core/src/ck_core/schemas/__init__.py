"""JSON Schemas (draft 2020-12) of the metas ckp reads, one file a kind; ``shared.json`` for all.

Unknown keys are allowed everywhere: CK repositories hold many. ``x-expected`` completes the
sentence "this key must be ...".
"""
