"""What drives the dialer's rules in a live process: facts in, calls out, storage between."""
