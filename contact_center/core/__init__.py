"""The pure core: it decides, the rim does. Nothing here reads a clock or talks to anything."""
