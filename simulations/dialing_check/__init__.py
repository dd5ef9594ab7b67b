"""The gate under fire: simulated attempts with faults, judged by a checker that shares no code."""
