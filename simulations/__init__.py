"""Simulated callers and agents, and what queueing theory says about them."""
