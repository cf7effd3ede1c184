"""Every setting: its environment variable, type, default and unit."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Config:
    """Settings of one running Orderdeck; `from_environment` reads them.

    database_url: ORDERDECK_DATABASE_URL; SQLite file under the instance folder unless given (postgresql://... for PostgreSQL).
    redis_url: ORDERDECK_REDIS_URL; none: one process. secret_key: ORDERDECK_SECRET_KEY; made once and kept with mode 0600.
    hosts: ORDERDECK_HOSTS, the host names we answer for, separated by commas; none: any. proxies: ORDERDECK_PROXIES, how many
    proxies stand in front and may say who the client is; 0 unless given.
    bind: ORDERDECK_BIND, host:port. mode: ORDERDECK_MODE, threading or gevent. threads: ORDERDECK_THREADS, of a threading server:
    a screen takes one. one_core: ORDERDECK_ONE_CORE=0 lets its threads run on every core. instance: ORDERDECK_INSTANCE, the data folder.
    https: ORDERDECK_HTTPS=1 when served behind TLS: secure cookies and HSTS. debug: ORDERDECK_DEBUG=1, refused on a public bind.
    providers: base URLs by key, from ORDERDECK_{PAYMENT,CARRIER,CHANNEL}_<NAME>_BASE_URL. smtp_url: ORDERDECK_SMTP_URL,
    smtp://user:password@host:587?starttls=1 or smtps://...; none: no e-mail is sent, and none is offered. mail_from:
    ORDERDECK_MAIL_FROM, whom our mail comes from; orders@ the first of our host names unless given.
    crash_at: ORDERDECK_CRASH_AT, the named crash point where the process kills itself (tests only).
    """

    instance: Path = ROOT / "instance"
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    bind: str = "127.0.0.1:8000"
    mode: str = "threading"
    threads: int = 300
    one_core: bool = True
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    https: bool = False
    debug: bool = False
    demo: bool = False
    background: bool = False
    smtp_url: str = ""
    mail_from: str = ""
    crash_at: str = ""
    shop_name: str = "Orderdeck"
    providers: Mapping[str, str] = field(default_factory=dict)

    @property
    def sqlalchemy_url(self) -> str:
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.instance / 'orderdeck.sqlite3'}"


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read the ORDERDECK_* variables; makes the instance folder and its secret key when they are missing."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("ORDERDECK_INSTANCE") or ROOT / "instance").absolute()
    instance.mkdir(parents=True, exist_ok=True)
    return Config(
        instance=instance,
        database_url=env.get("ORDERDECK_DATABASE_URL", ""),
        redis_url=env.get("ORDERDECK_REDIS_URL", ""),
        secret_key=env.get("ORDERDECK_SECRET_KEY") or _kept_secret(instance / "secret_key"),
        bind=env.get("ORDERDECK_BIND", "127.0.0.1:8000"),
        mode=env.get("ORDERDECK_MODE", "threading"),
        threads=int(env.get("ORDERDECK_THREADS", "300")),
        one_core=env.get("ORDERDECK_ONE_CORE", "1") != "0",
        hosts=tuple(name.strip() for name in env.get("ORDERDECK_HOSTS", "").split(",") if name.strip()),
        proxies=int(env.get("ORDERDECK_PROXIES", "0")),
        https=env.get("ORDERDECK_HTTPS") == "1",
        debug=env.get("ORDERDECK_DEBUG") == "1",
        demo=(instance / "demo").exists(),
        background=env.get("ORDERDECK_BACKGROUND") == "1",
        smtp_url=env.get("ORDERDECK_SMTP_URL", ""),
        mail_from=env.get("ORDERDECK_MAIL_FROM", ""),
        crash_at=env.get("ORDERDECK_CRASH_AT", ""),
        shop_name=env.get("ORDERDECK_SHOP_NAME", "Orderdeck"),
        providers=_providers(env),
    )


def _kept_secret(path: Path) -> str:
    """The secret of this instance, made on first use; two first starts at once agree on one."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _providers(env: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in env.items():
        if name.startswith(("ORDERDECK_PAYMENT_", "ORDERDECK_CARRIER_", "ORDERDECK_CHANNEL_")) and name.endswith("_BASE_URL"):
            kind, _, rest = name.removeprefix("ORDERDECK_").partition("_")
            found[f"{kind}.{rest.removesuffix('_BASE_URL')}".lower()] = value.rstrip("/")
    return found
