"""Repositories and components on disk."""
