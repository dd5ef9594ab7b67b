"""The supervisors' console: a page, what it shows of the floor, and what it may change."""
