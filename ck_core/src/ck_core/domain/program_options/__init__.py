"""Options that a program itself has on the command line: ``--framework tflite --batch 8``."""
