"""YAML into what the core works with: flows and centers, checked whole before the first call."""
