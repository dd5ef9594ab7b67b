"""The subcommands of ``python -m simulations``, one module each."""
