"""Points from and to files and tools of others."""
