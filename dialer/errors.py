"""What people who steer a dialer are told when it cannot be done."""


class NoSuchCampaignError(LookupError):
    """There is no campaign of this name."""


class NotNowError(Exception):
    """It could not be done just now; asked again, it may."""
