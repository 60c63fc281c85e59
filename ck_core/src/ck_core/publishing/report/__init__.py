"""The report of an experiment: one page with pictures, tables, versions and how to replay."""
