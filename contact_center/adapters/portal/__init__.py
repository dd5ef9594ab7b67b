"""The public page: open hours, the wait to expect, calls back at a time or now, and a widget."""
