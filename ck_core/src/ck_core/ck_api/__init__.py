"""CK's one function ``access``, with its dictionaries in and out."""
