"""Whatever secret the settings can hold, the log is told to leave it out."""

from contact_center.app.run import _secrets
from contact_center.settings import ENVIRONMENT, load_settings


def test_every_secret_of_the_settings_is_kept_out_of_the_log() -> None:
    given = {
        v.name: f"hidden-{v.name}-long-enough-for-any" for v in ENVIRONMENT if v.kind == "secret"
    }
    given["CC_DATABASE_URL"] = "postgresql+asyncpg://acd:p%40ss-word@db.example.com/acd"
    known = _secrets(load_settings({**given, "CC_DESK_DEMO": "true"}))
    assert set(given.values()) <= set(known)
    assert {"p%40ss-word", "p@ss-word"} <= set(known)
