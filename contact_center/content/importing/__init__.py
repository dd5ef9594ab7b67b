"""Other systems' configurations of queues, as a center of ours and a report of every line."""
