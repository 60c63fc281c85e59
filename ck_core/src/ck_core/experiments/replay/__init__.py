"""A recorded point built and run again, and judged against what was recorded."""
