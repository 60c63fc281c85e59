"""The test kit shipped to plugin authors."""
