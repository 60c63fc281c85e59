"""The words of ckp: frozen dataclasses that every floor speaks in."""
