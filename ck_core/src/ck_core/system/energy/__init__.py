"""Where a machine tells how much energy it takes: RAPL, a battery, ``nvidia-smi``."""
