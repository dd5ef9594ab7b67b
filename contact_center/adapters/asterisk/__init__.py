"""Asterisk: ARI for the calls, AMI for the health of trunks and phones, FastAGI for dial plans."""
