"""The only door to processes, the network and the home folders."""
