"""A PostgreSQL of the tests' own: a cluster in a temporary folder, one migrated template, a copy per test."""

import glob
import itertools
import os
import shutil
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel.db import db
from dashboard.schema import migrate

SECRET = "tests-only-secret-of-forty-characters-000"
_numbers = itertools.count(1)


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    return Path(folders[-1]) if folders else None


def _as_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then the account its package made runs it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A running server. Args: folder: an empty folder of its own, short enough for a socket's path."""

    def __init__(self, folder: Path, bin_: Path):
        self.folder, self.bin, self.port = folder, bin_, free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = str(folder / "data")
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", data)
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-D", data, "-w", "-o", settings, "-l", str(folder / "log"), "start")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = _as_user([str(self.bin / program), *arguments])
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The cluster with a migrated database `template_orderdeck`; skips where PostgreSQL is not installed."""
    bin_ = programs()
    if bin_ is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    folder = Path("/tmp") / f"orderdeck-pg-{os.getpid()}"
    folder.mkdir()
    cluster = Cluster(folder, bin_)
    try:
        cluster.execute("CREATE DATABASE template_orderdeck")
        instance = tmp_path_factory.mktemp("postgres")
        app = create_app(Config(instance=instance, secret_key=SECRET, database_url=cluster.url("template_orderdeck")))
        migrate(app)
        with app.app_context():
            db.engine.dispose()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres):
    """A migrated, empty PostgreSQL database for one test."""
    name = f"test_{next(_numbers)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template_orderdeck")
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_app(postgres_url, tmp_path):
    app = create_app(Config(instance=tmp_path, secret_key=SECRET, database_url=postgres_url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request):
    """The application on each database in turn."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
