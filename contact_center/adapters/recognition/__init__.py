"""Recognising words that callers say: an engine, in a process of its own."""
