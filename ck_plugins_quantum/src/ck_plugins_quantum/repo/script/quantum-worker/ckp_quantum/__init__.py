"""What ``quantum_worker.py`` does; nothing here is imported into ckp."""
