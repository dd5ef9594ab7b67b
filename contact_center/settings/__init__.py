"""Settings of the process: a YAML file, then environment variables over it, checked at start.

Files hold what may be seen; secrets come from the environment alone. Everything that is wrong is
found at once and raised as one `ContentError`. What comes out are plain frozen values.
"""

from contact_center.settings.environment import ENVIRONMENT, FILE_VARIABLE, Variable
from contact_center.settings.loading import DEFAULT_FILE, load_settings
from contact_center.settings.phones import PhoneSettings
from contact_center.settings.portal import PortalSettings
from contact_center.settings.secret import NO_SECRET, Secret
from contact_center.settings.shapes import (
    AmiSettings,
    AsteriskSettings,
    DeskSettings,
    DialerSettings,
    FastAgiSettings,
    HttpSettings,
    ListenSettings,
    LogSettings,
    LookupSettings,
    PromptSettings,
    Settings,
    TwilioListenSettings,
    TwilioSettings,
    WebhookSettings,
)

__all__ = [
    "DEFAULT_FILE",
    "ENVIRONMENT",
    "FILE_VARIABLE",
    "NO_SECRET",
    "AmiSettings",
    "AsteriskSettings",
    "DeskSettings",
    "DialerSettings",
    "FastAgiSettings",
    "HttpSettings",
    "ListenSettings",
    "LogSettings",
    "LookupSettings",
    "PhoneSettings",
    "PortalSettings",
    "PromptSettings",
    "Secret",
    "Settings",
    "TwilioListenSettings",
    "TwilioSettings",
    "Variable",
    "WebhookSettings",
    "load_settings",
]
