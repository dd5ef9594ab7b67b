"""What the dialer keeps: lists, leads, attempts, and who may not be called."""
