"""A whole core on an emulated Twilio that misbehaves."""
