"""Interactive voice response: flows as data, and the pure interpreter that walks them."""
