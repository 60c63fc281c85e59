"""Machine-learning frameworks, their worker and its metrics, as plugins of ckp."""
