"""Charts: each a pure function from typed values to a Vega-Lite specification.

Names reach a specification as values only, never as field names or expressions, which are code.
What differs between a light and a dark page is in ``theme``, not in the specification.
"""
