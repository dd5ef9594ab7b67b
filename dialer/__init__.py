"""The outbound dialer's rules: pacing, campaigns, leads, recycling, compliance.

A leaf: pure, synchronous, imports nothing else of the project. Time is an integer of microseconds
since 1970 UTC, handed in; the zone of a clock on the wall is always named.
"""
