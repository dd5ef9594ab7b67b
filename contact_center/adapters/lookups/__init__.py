"""Lookups: the services that flows ask over HTTP, bounded in every direction."""
