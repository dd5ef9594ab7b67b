"""Models that simulations are measured with."""
