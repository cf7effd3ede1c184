"""Servers of the benches: `flask serve` itself, and the same gunicorn around the application with the echo route."""

import subprocess
import sys

from dashboard.config import ROOT
from tests.serving import Served, environment


class BenchServed(Served):
    """`flask serve` with an application of the benches' own."""

    application = ""

    def start(self, *, wait: bool = True) -> None:
        env = environment(self.instance, ORDERDECK_BIND=f"127.0.0.1:{self.port}", **self.more)
        command = [sys.executable, "-m", "gunicorn", "-c", "python:dashboard.serve", self.application]
        with open(self.instance / "serve.log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stdout=log, stderr=log)
        if wait:
            self.wait_ready()


class EchoServed(BenchServed):
    application = "tests.bench.echo:application()"


class ScreensServed(BenchServed):
    application = "tests.bench.screens_app:application()"
