"""What drives the core in a process: the loop, the journal, supervision, the clock."""
