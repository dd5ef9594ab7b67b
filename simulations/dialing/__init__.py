"""The dialer's test bed: made-up people to dial, scenarios, bounds and plots."""
