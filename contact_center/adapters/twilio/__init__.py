"""Twilio as the telephone network: documents for its webhooks, requests to its REST interface."""
