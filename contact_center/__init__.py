"""An open contact-center telephony service."""
