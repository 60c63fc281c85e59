"""What may be varied, how it is searched, what a trial found out."""
