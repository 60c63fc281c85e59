"""What every test gets: the test kit's fixtures."""

pytest_plugins = ["ck_core.testing.fixtures"]
