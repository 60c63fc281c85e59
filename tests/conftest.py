"""What every test gets: the test kit's fixtures, and Ctrl-C."""

import signal

pytest_plugins = ["ck_core.testing.fixtures"]

# Where pytest runs in the background of a script, its children would ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
