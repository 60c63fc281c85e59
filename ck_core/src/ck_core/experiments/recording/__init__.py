"""What was measured becomes points of an experiment."""
