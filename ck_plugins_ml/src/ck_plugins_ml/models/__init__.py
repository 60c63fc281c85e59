"""Models: found by their model.json, wherever they lie."""
