"""`flask check`: exit 0 when every invariant holds, 1 with the offending rows otherwise."""

import json
import sys

import click
from flask.cli import with_appcontext

from dashboard.check import repair
from dashboard.check.run import Report, run
from dashboard.kernel.db import db


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="The whole report as one JSON object.")
@click.option("--repair-stock", is_flag=True, help="First make every stock balance agree with its ledger, orders and holds.")
@with_appcontext
def check(as_json: bool, repair_stock: bool) -> None:
    """Prove the invariants on one snapshot of the live database."""
    if repair_stock:
        for line in repair.every_drift():
            click.echo(line, err=True)
    report = run(db.engine)
    click.echo(json.dumps(report.as_dict(), default=str) if as_json else words(report))
    if not report.clean:
        sys.exit(1)


def words(report: Report) -> str:
    """The report for people: a line per condition, the offending rows below a broken one."""
    lines = []
    for found in report.findings:
        lines.append(f"{'broken' if found.offending else 'ok':>6}  {found.invariant:<3} {found.name}: {found.says}")
        lines += [f"        {json.dumps(row, default=str)}" for row in found.offending]
        lines += ["        ... and more"] if found.more else []
    count = len(report.broken)
    verdict = "All hold." if report.clean else f"{count} {'condition is' if count == 1 else 'conditions are'} broken."
    return "\n".join([*lines, f"{len(report.findings)} conditions as of event {report.seq}. {verdict}"])


commands = [check]
