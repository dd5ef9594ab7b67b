"""Which environment variable stands for which setting."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable: its name, the setting it stands for, its kind, what it means."""

    name: str
    path: tuple[str, ...]
    kind: Literal["text", "number", "flag", "list", "secret"]
    meaning: str


ENVIRONMENT: tuple[Variable, ...] = (
    Variable("CC_CENTER", ("center",), "text", "center file, or its folder"),
    Variable("CC_PROVIDER", ("provider",), "text", "simulated, asterisk or twilio"),
    Variable("CC_STATE_DIR", ("state_dir",), "text", "folder for the journal, database and cache"),
    Variable("CC_DATABASE_URL", ("database_url",), "secret", "database, with its password"),
    Variable("CC_HTTP_HOST", ("http", "host"), "text", "address to listen on"),
    Variable("CC_HTTP_PORT", ("http", "port"), "number", "port to listen on"),
    Variable("CC_PUBLIC_URL", ("http", "public_url"), "text", "what people type into the browser"),
    Variable("CC_API_TOKEN", ("http", "api_token"), "secret", "for reading live numbers and facts"),
    Variable("CC_API_TOKENS_FILE", ("http", "api_tokens_file"), "text", "who may ask the API what"),
    Variable("CC_ALLOWED_ORIGINS", ("http", "allowed_origins"), "list", "more pages, with commas"),
    Variable("CC_PROXIES", ("http", "proxies"), "list", "proxies before us, with commas"),
    Variable("CC_ARI_CONNECTION", ("asterisk", "connection"), "text", "local, inbound or outbound"),
    Variable("CC_ARI_URL", ("asterisk", "url"), "text", "Asterisk's HTTP server (inbound)"),
    Variable("CC_ARI_APP", ("asterisk", "app"), "text", "name of our Stasis application"),
    Variable("CC_ARI_USER", ("asterisk", "user"), "text", "user in ari.conf"),
    Variable("CC_ARI_PASSWORD", ("asterisk", "password"), "secret", "its password"),
    Variable("CC_ARI_LISTEN_HOST", ("asterisk", "listen", "host"), "text", "address (outbound)"),
    Variable("CC_ARI_LISTEN_PORT", ("asterisk", "listen", "port"), "number", "port (outbound)"),
    Variable("CC_ARI_LISTEN_PASSWORD", ("asterisk", "listen", "password"), "secret",
             "password in websocket_client.conf"),
    Variable("CC_AMI_HOST", ("asterisk", "ami", "host"), "text", "manager interface"),
    Variable("CC_AMI_PORT", ("asterisk", "ami", "port"), "number", "its port"),
    Variable("CC_AMI_USER", ("asterisk", "ami", "user"), "text", "user in manager.conf"),
    Variable("CC_AMI_PASSWORD", ("asterisk", "ami", "password"), "secret", "its secret"),
    Variable("CC_FASTAGI_ENABLED", ("asterisk", "fastagi", "enabled"), "flag",
             "false: dial plans cannot ask us for a call's data"),
    Variable("CC_FASTAGI_HOST", ("asterisk", "fastagi", "host"), "text", "address for dial plans"),
    Variable("CC_FASTAGI_PORT", ("asterisk", "fastagi", "port"), "number", "port for dial plans"),
    Variable("CC_TWILIO_ACCOUNT_SID", ("twilio", "account_sid"), "text", "whose calls these are"),
    Variable("CC_TWILIO_AUTH_TOKEN", ("twilio", "auth_token"), "secret", "the account's token"),
    Variable("CC_TWILIO_AUTH_TOKEN_FILE", ("twilio", "auth_token_file"), "text", "or a file of it"),
    Variable("CC_TWILIO_AUTH_TOKEN_NEXT", ("twilio", "auth_token_next"), "secret",
             "the next one, valid besides while they change"),
    Variable("CC_TWILIO_SHARED_KEYS_FILE", ("twilio", "shared_keys_file"), "text",
             "keys that sign webhooks: ID SECRET"),
    Variable("CC_TWILIO_PUBLIC_KEY", ("twilio", "public_key"), "text",
             "Telnyx's, which its webhooks are verified with"),
    Variable("CC_TWILIO_API_KEY_SID", ("twilio", "api_key_sid"), "text", "for browser phones"),
    Variable("CC_TWILIO_API_KEY_SECRET", ("twilio", "api_key_secret"), "secret", "its secret"),
    Variable("CC_TWILIO_PUBLIC_URL", ("twilio", "public_base_url"), "text",
             "where Twilio reaches us, to the letter"),
    Variable("CC_TWILIO_LISTEN_HOST", ("twilio", "listen", "host"), "text", "address for webhooks"),
    Variable("CC_TWILIO_LISTEN_PORT", ("twilio", "listen", "port"), "number", "port for webhooks"),
    Variable("CC_TWILIO_REGION", ("twilio", "region"), "text", "us1, ie1, au1"),
    Variable("CC_TWILIO_EDGE", ("twilio", "edge"), "text", "dublin, sydney, ..."),
    Variable("CC_TWILIO_CALLER_ID", ("twilio", "caller_id"), "text", "our number, when we dial"),
    Variable("CC_TWILIO_REST_URL", ("twilio", "rest_url"), "text", "another API than Twilio's"),
    Variable("CC_PROMPTS_DIR", ("prompts", "cache_dir"), "text", "cache of rendered speech"),
    Variable("CC_PROMPT_FILES_DIR", ("prompts", "files_dir"), "text", "recordings, by language"),
    Variable("CC_PROMPTS_ENGINE", ("prompts", "engine"), "text", "auto, espeak-ng or none"),
    Variable("CC_PROMPTS_URL", ("prompts", "base_url"), "text", "where the switch fetches prompts"),
    Variable("CC_DESK_PASSWORDS_FILE", ("desk", "passwords_file"), "text", "hashed passwords"),
    Variable("CC_OIDC_ISSUER", ("oidc", "issuer"), "text", "provider of the company login"),
    Variable("CC_OIDC_CLIENT_ID", ("oidc", "client_id"), "text", "what it calls us"),
    Variable("CC_OIDC_CLIENT_SECRET", ("oidc", "client_secret"), "secret", "our secret there"),
    Variable("CC_DESK_DEMO", ("desk", "demo"), "flag", "true: demo logins"),
    Variable("CC_DIALER_ENABLED", ("dialer", "enabled"), "flag", "false: no outbound campaigns"),
    Variable("CC_CAMPAIGNS", ("dialer", "campaigns"), "text", "file of campaigns"),
    Variable("CC_POLICIES", ("dialer", "policies"), "text", "folder of rule books"),
    Variable("CC_LOOKUP_HOSTS", ("lookups", "hosts"), "list", "hosts that flows may ask"),
    Variable("CC_LOOKUP_PRIVATE_HOSTS", ("lookups", "private_hosts"), "list", "the same, inside"),
    Variable("CC_LOOKUP_TOKENS_FILE", ("lookups", "tokens_file"), "text", "their tokens"),
    Variable("CC_PHONES_SECRET", ("phones", "secret"), "secret",
             "of which passwords of browser phones are made"),
    Variable("CC_LOG_LEVEL", ("log", "level"), "text", "debug, info, warning or error"),
    Variable("CC_LOG_FORMAT", ("log", "format"), "text", "json or text"),
)  # fmt: skip
FILE_VARIABLE = "CC_SETTINGS"
"""Names the settings file."""


def table() -> str:
    """The variables as a Markdown table, for the documentation and for ``check --variables``."""
    rows = [("variable", "setting", "meaning"), ("---", "---", "---")]
    rows.append((f"`{FILE_VARIABLE}`", "", "settings file, instead of `config/service.yaml`"))
    for variable in ENVIRONMENT:
        secret = variable.kind == "secret"
        setting = "only here" if secret else f"`{'.'.join(variable.path)}`"
        rows.append((f"`{variable.name}`", setting, variable.meaning))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
