"""Who verifies an account's webhooks, and what seals our addresses, as its provider signs them."""

from collections.abc import Callable

from contact_center.adapters.twilio.dialects import DIALECTS, SignatureScheme
from contact_center.adapters.twilio.public_keys import PublicKeyVerifier, public_key
from contact_center.adapters.twilio.seals import Seals
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.signature import Keyring, Verifier, Verifies


def verifier_of(settings: TwilioSettings, now: Callable[[], int]) -> Verifies:
    """Make who verifies requests. ``now``: microseconds UTC."""
    dialect = DIALECTS[settings.dialect]
    if dialect.signature is SignatureScheme.ED25519:
        # Its documents do not agree whether AccountSid names the account or the application.
        names = {settings.account_sid, settings.application_sid} - {""}
        return PublicKeyVerifier(
            [public_key(key) for key in settings.public_keys],
            accounts=frozenset(names),
            signature_header=dialect.signature_header,
            now=now,
        )
    return Verifier(
        settings.public_base_url,
        Keyring.of(settings.auth_tokens, settings.shared_keys),
        account_sid=settings.account_sid,
        signature_header=dialect.signature_header,
    )


def seals_of(settings: TwilioSettings) -> Seals | None:
    """Make what seals our addresses; None where the provider signs them with the request."""
    signs_urls = DIALECTS[settings.dialect].signature is SignatureScheme.TWILIO
    return None if signs_urls else Seals(settings.auth_tokens)
