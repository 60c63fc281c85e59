"""What launchers of every job manager share: options, scripts, watching, collecting."""
