"""One function per stage of the pipeline."""
