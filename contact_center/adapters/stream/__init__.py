"""What others may know while it happens: live numbers, a stream of facts, webhooks."""
