"""A private PostgreSQL for the tests: its own cluster in a temporary folder, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.ports import free_port

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
SETTINGS = (
    "-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=200"  # of a throw-away database only
    " -c synchronous_commit=on"
)
MOST_DROPPED = 16
"""Databases nobody uses any more are dropped together: a drop between two creations makes the next one ten times dearer."""


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl of the newest PostgreSQL here."""
    found = [path for place in PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists()]
    if not found and (on_path := shutil.which("initdb")):
        found = [Path(on_path).parent]
    return max(found, key=str, default=None)


class Cluster:
    """A running server; `url(name)` names one of its databases."""

    def __init__(self, binaries: Path, folder: Path | None = None, buffers: str = "64MB"):
        """folder: where it stays after `stop`, and where an earlier one may be; a temporary one otherwise."""
        self._buffers = buffers
        self._bin = binaries
        self._user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self.folder = folder or Path(tempfile.mkdtemp(prefix="orderdeck-pg-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(self.folder, self._user)
        self.port = free_port()
        self._unused: list[str] = []
        self.is_new = not Path(self._data).exists()
        if self.is_new:
            self._run("initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} {SETTINGS} -c shared_buffers={self._buffers}"
        self._run("pg_ctl", "-D", self._data, "-l", str(self.folder / "log"), "-o", options, "-w", "-t", "30", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def destroy(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template0") -> str:
        with self._connect() as connection:
            whole_files = " STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{whole_files}')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop the database, some time soon: its name may not be used again."""
        self._unused.append(name)
        if len(self._unused) < MOST_DROPPED:
            return
        with self._connect() as connection:
            for unused in self._unused:
                connection.execute(f'DROP DATABASE IF EXISTS "{unused}" WITH (FORCE)')
        self._unused.clear()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            user=self._user,
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
