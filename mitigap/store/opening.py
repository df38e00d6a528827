"""What must hold before the house opens: settings that can be read, and a secret worth the name."""

import difflib
import os
import secrets
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource

from mitigap.errors import SettingsRefused
from mitigap.settings import Settings, from_environment

PREFIX = "MITIGAP_"
CONFIG = "MITIGAP_CONFIG"
SHORTEST_SECRET = 32
WELL_KNOWN = ("change", "secret", "default", "example", "password", "mitigap", "development")


def settings(**told: Any) -> Settings:
    """The settings in force, or SettingsRefused with one line that names each bad one."""
    if (named := os.environ.get(CONFIG)) and not Path(named).is_file():
        raise SettingsRefused(f"{CONFIG}: there is no file {named}")
    try:
        return from_environment(**told)
    except ValidationError as refusal:
        faults = [_fault(error["loc"], error["msg"]) for error in refusal.errors() if error["type"] != FOLLOWS]
        raise SettingsRefused("; ".join(faults)) from refusal


def misspelt() -> list[str]:
    """What looks like a setting of ours and is none, a sentence each: it would be passed over without a word."""
    known = {name.upper() for name in Settings.model_fields} | {CONFIG.removeprefix(PREFIX)}
    names = {name.upper() for name in (*os.environ, *_in_file())}
    named = {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    return [f"{PREFIX}{name} is no setting{_nearest(name, known)}" for name in sorted(named - known)]


def _in_file() -> list[str]:
    return list(DotEnvSettingsSource(Settings, env_file=os.environ.get(CONFIG)).env_vars)


def _nearest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; is {PREFIX}{close[0]} meant?" if close else "."


def secret_key(settings: Settings) -> str:
    """The key that signs cookies and forms.

    Embedded, it is made once and kept in the data folder. Everywhere else it must be set, and be worth it: several
    web processes have to agree on it, and a key known to others lets them write our cookies.
    """
    if settings.secret_key is not None:
        return _worthy(settings.secret_key.get_secret_value())
    if not settings.embedded:
        raise SettingsRefused("MITIGAP_SECRET_KEY must be set: 32 characters or more, known to nobody else.")
    return _kept(settings.data_dir / "secret")


FOLLOWS = "default_factory_not_called"  # pydantic's note that a default waits for a setting already refused


def _fault(place: tuple[int | str, ...], message: str) -> str:
    return f"{PREFIX}{'_'.join(str(part) for part in place).upper()}: {message.removeprefix('Value error, ')}"


def _worthy(key: str) -> str:
    if len(key) < SHORTEST_SECRET:
        raise SettingsRefused(f"MITIGAP_SECRET_KEY is too short: it needs {SHORTEST_SECRET} characters or more.")
    if any(word in key.casefold() for word in WELL_KNOWN) or len(set(key)) < SHORTEST_SECRET // 4:
        raise SettingsRefused("MITIGAP_SECRET_KEY is one that others can guess: use random characters.")
    return key


def _kept(path: Path) -> str:
    """Made by whoever is first; a rival finds the finished file, never a half-written one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        _publish(draft, path)
    return path.read_text(encoding="ascii").strip()


def _publish(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
