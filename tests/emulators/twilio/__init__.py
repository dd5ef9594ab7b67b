"""A behavioural Twilio on loopback, for tests and demos.

It knows nothing of the service: what it does rests on what is published of Twilio, or is listed in
``IGNORANCE.md``. `emulator.TwilioEmulator` is the door.
"""
