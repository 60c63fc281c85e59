"""Clusters for ckp: Slurm, Flux, MPI, environment modules, Spack."""
