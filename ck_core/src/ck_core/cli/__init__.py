"""Text in and out; errors become exit codes here."""
