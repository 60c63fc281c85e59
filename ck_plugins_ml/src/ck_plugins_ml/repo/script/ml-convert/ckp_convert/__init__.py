"""A network, as data, becomes a model of each framework: the same numbers everywhere."""
