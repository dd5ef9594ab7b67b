"""The outside world, one package a neighbour: telephone networks, storage, screens, prompts."""
