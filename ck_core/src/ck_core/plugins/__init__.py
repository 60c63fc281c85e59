"""Hook specifications, the plugin manager and its loader."""
