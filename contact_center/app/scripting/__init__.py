"""The command ``script``: call scripts checked, drawn, tried out and tested."""
