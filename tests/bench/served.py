"""Servers of the benches: `flask serve` itself, and the same gunicorn around the application with the echo route."""

import subprocess
import sys

from dashboard.config import ROOT
from tests.serving import Served, environment


class EchoServed(Served):
    """`flask serve` with the bench's own application."""

    def start(self, *, wait: bool = True) -> None:
        env = environment(self.instance, ORDERDECK_BIND=f"127.0.0.1:{self.port}", **self.more)
        command = [sys.executable, "-m", "gunicorn", "-c", "python:dashboard.serve", "tests.bench.echo:application()"]
        with open(self.instance / "serve.log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stdout=log, stderr=log)
        if wait:
            self.wait_ready()
