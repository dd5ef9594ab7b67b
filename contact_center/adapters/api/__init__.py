"""The HTTP API: what supervisors and other systems ask of the center, and why things are so."""
