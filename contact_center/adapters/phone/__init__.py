"""Agents' phones: where each one is, and the doors through which a browser becomes one."""
