"""What recorded searches of other programs say of a new one."""
