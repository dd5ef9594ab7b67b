"""The agent channel ``desk.v1``: what an agent's screen is told, and what it may ask for."""
