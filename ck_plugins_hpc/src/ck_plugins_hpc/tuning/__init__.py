"""What of a run on a cluster may be varied: ranks, threads, nodes, binding."""
