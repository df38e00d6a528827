"""What an installation may set: environment variables named MITIGAP_…, or a file of them named by MITIGAP_CONFIG."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MEGABYTE = 1024 * 1024
DAY = 86_400.0
LONGEST_SOCKET_PATH = 100  # the kernel keeps 104 (macOS) or 108 (Linux) bytes for a socket's whole path


def _home() -> Path:
    """Where this user's data lives by the XDG rules; Windows has its own word for it."""
    told = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(told) if told else Path.home() / ".local" / "share") / "mitigap"


def broker_socket(data_dir: Path) -> Path:
    """The embedded broker's socket: in the data folder, or in a short private folder where that path is too long."""
    inside = data_dir / "broker.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"mitigap-{name}" / "broker.sock"


def _database(told: dict[str, Any]) -> str:
    return f"sqlite:///{told['data_dir'] / 'mitigap.db'}"


def _broker(told: dict[str, Any]) -> str:
    """The embedded Valkey's socket; where no Valkey runs (Windows), a queue of files."""
    if sys.platform == "win32":
        return "filesystem://"
    return f"redis+socket://{broker_socket(told['data_dir'])}"


def _pace(*, alone: float, together: float) -> Callable[[dict[str, Any]], float]:
    """SQLite means one machine, where a silent worker is a dead one and hints are lost only with the broker."""
    return lambda told: alone if told["database_url"].startswith("sqlite") else together


class Settings(BaseSettings):
    """Every value has a default that serves one person on one machine. Times are seconds, sizes bytes."""

    model_config = SettingsConfigDict(env_prefix="MITIGAP_", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_home)
    database_url: str = Field(default_factory=_database)
    broker_url: str = Field(default_factory=_broker)
    secret_key: SecretStr | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "localhost", "[::1]")

    max_body: int = Field(default=50 * MEGABYTE, gt=0)
    tls: bool = False
    """Whether browsers reach the page by https: cookies are then for https alone."""
    proxies: int = Field(default=0, ge=0)
    """How many reverse proxies of our own stand before the page: that many X-Forwarded-* values are believed."""

    lease: float = Field(default_factory=_pace(alone=15, together=60), gt=0)
    """How long a worker may be silent before its job is taken from it."""
    tick: float = Field(default_factory=_pace(alone=0.5, together=1), gt=0)
    """How often beat looks for what is due."""
    redispatch: float = Field(default_factory=_pace(alone=5, together=30), gt=0)
    """How long a job waits for a worker before the queue is told of it again; each time twice as long."""
    window: int = Field(default=16, gt=0)
    """How many jobs the queue is told of at once, four for each process of a worker at least."""
    attempts: int = Field(default=3, gt=0)
    """How often a job is begun before it fails: what has stopped so many workers would stop the next one too."""
    back_off: float = Field(default=5, gt=0)
    """How long a job rests after an error of ours; each time twice as long."""
    time_limit: int = Field(default=600, gt=60)
    """How long a job may take. A minute earlier it is told to stop; then its process is killed."""
    grace: float = Field(default_factory=_pace(alone=7, together=45), gt=0)
    """How long a worker that is told to stop goes on with the jobs it has; then it hands them back."""
    concurrency: int = Field(default=2, gt=0)
    """How many jobs a worker runs at once, each in a process of its own."""
    backlog: int = Field(default=1000, gt=0)
    """How many jobs of a workspace may wait; further ones are refused with 429 until some are done."""
    keep_days: int = Field(default=0, ge=0)
    """After how many days the files of a finished assessment are removed; 0 keeps them. Its result itself stays, and so
    do the files of the latest assessment of each inventory and group."""

    session_life: float = Field(default=14 * DAY, gt=0)
    """How long one stays signed in at the longest."""
    session_idle: float = Field(default=3 * DAY, gt=0)
    """After how long without a request one is signed out."""
    audit_days: int = Field(default=400, ge=0)
    """After how many days entries of the audit log are removed; 0 keeps them."""

    public_url: str = ""
    """Where people reach the page, such as https://mitigap.example.com: what is sent to them then holds links."""
    webhook_loopback: bool = False
    """Whether webhooks may go to this very machine. Every other address that is not public is refused always."""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, gt=0, lt=65536)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    """Whom e-mail comes from: mitigap@example.com, or Mitigap <mitigap@example.com>."""

    oidc_issuer: str = ""
    """Whose word for who somebody is counts (OpenID Connect): /.well-known/openid-configuration is below it."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "single sign-on"
    """What the button calls it."""
    oidc_domains: Annotated[tuple[str, ...], NoDecode] = ()
    """Which e-mail domains are let in; none named: every one that the issuer knows."""
    oidc_workspace: str = ""
    """Where those who are new become members; empty: nobody comes in without an invitation."""
    oidc_role: Literal["viewer", "analyst", "admin"] = "viewer"

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        """Accept what hosting providers hand out (`postgres://`, `postgresql://`) and name our driver for it."""
        scheme, mark, rest = value.partition("://")
        if not mark or scheme not in DRIVERS:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return f"{DRIVERS[scheme]}://{rest}"

    @field_validator("database_url", "broker_url")
    @classmethod
    def _well_formed(cls, value: str) -> str:
        try:
            urlsplit(value).port  # noqa: B018 - it is read when it is asked for
        except ValueError:
            raise ValueError("has no number for a port; in a password, write / as %2F, # as %23, @ as %40") from None
        return value

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, value: str) -> str:
        if value.partition("://")[0] not in BROKERS or "://" not in value:
            raise ValueError("must begin with redis:// or rediss:// (or redis+socket://, valkey://, filesystem://)")
        return value

    @field_validator("allowed_hosts", "oidc_domains", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise ValueError("must begin with https://")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if value and (not parseaddr(value)[1].rpartition("@")[2] or not value.isprintable()):
            raise ValueError("must be an e-mail address")
        return value

    @property
    def mails(self) -> bool:
        """Whether e-mail can be sent at all."""
        return bool(self.smtp_host and self.smtp_from)

    @property
    def single_sign_on(self) -> bool:
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def embedded(self) -> bool:
        """One machine, one person: SQLite, and nobody has named a database."""
        return self.on_sqlite and "database_url" not in self.model_fields_set


BROKERS = ("redis", "rediss", "redis+socket", "valkey", "valkeys", "filesystem", "memory")

DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def from_environment(**told: Any) -> Settings:
    """Settings out of the environment and the file it names; `told` (a command's own options) wins over both.

    Raises pydantic's ValidationError; `mitigap.store.opening.settings` says it in one line.
    """
    return Settings(_env_file=os.environ.get("MITIGAP_CONFIG"), **told)  # type: ignore[call-arg]
