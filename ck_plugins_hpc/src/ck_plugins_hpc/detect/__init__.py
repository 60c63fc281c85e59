"""What a cluster has: job managers, MPI, and what modules and Spack offer."""
