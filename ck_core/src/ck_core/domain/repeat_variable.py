"""CK's variable that tells a program how often to repeat its kernel."""

REPEAT_VARIABLE = "CT_REPEAT_MAIN"
