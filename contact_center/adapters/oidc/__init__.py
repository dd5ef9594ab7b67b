"""Log-ins through a directory of the house: OpenID Connect, authorization code with PKCE."""
