"""`flask check`: proves the invariants of TRUST.md section 1 on one snapshot of a live database."""

from dashboard.check.run import Finding, Report, run

__all__ = ["Finding", "Report", "run"]
