"""Experiments as they are asked: points, tables, frontiers, frames."""
