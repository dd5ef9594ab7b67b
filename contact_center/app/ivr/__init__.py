"""Flows without a telephone: checked, drawn, tried out in a terminal, tested, compared."""
