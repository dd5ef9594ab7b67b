"""The product itself under SimPy's clock: the very core objects, simulated people around them."""
