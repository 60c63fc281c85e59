"""One way to measure a model in any framework: Python 3.8 and NumPy 1.20 are enough."""
