"""The supervisor: starts and measures repetitions, in a process of its own.

Standard library only, and nothing else of ckp: it shall be small and start fast. See
``supervisor.py`` for why it is a process.
"""
