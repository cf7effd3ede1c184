"""The runner measures, prints its table and keeps the figures; what it measured is nobody's business here."""

import json

from tests.bench import __main__ as runner
from tests.bench import http


def test_a_bench_runs_and_is_kept(monkeypatch, tmp_path, capsys):
    measure = http.measure
    monkeypatch.setattr(runner, "RESULTS", tmp_path / "build" / "bench.json")
    monkeypatch.setattr(http, "measure", lambda: measure(orders=64))
    assert runner.main(["http"]) in (0, 1)
    kept = json.loads(runner.RESULTS.read_text())["http"]
    assert [figure["name"] for figure in kept] == ["order over HTTP, 32 clients", "order over HTTP, 32 clients, p99"]
    assert kept[0]["ratio"] == kept[0]["value"] / kept[0]["limit"] > 0
    assert "order over HTTP, 32 clients" in capsys.readouterr().out


def test_a_bench_that_is_not_there_is_named(capsys):
    assert runner.main(["nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
