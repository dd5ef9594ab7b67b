"""The numbers of the trade, as folds over one log of facts: live, historical, simulated alike."""
