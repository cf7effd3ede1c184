"""/counts/settings: how often each class is counted, and by how much a figure may differ."""

from typing import Any

import flask

from dashboard.counts import policies, store
from dashboard.counts.policies import SetPolicies, set_policies
from dashboard.counts.rules import POLICIES, Policy
from dashboard.counts.views.blueprint import blueprint
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

FIELDS = {"interval_days": "Count every (days)", "tolerance_units": "May differ by (units)", "tolerance_percent": "or by (percent)"}


@blueprint.get("/settings")
@requires("counts.approve")
def settings() -> str:
    known = store.policies(reader())
    return _page({f"{name}.{field}": str(getattr(policy, field)) for name, policy in known.items() for field in FIELDS}, {}, "")


@blueprint.post("/settings")
@requires("counts.approve")
def update_settings() -> Any:
    sent = flask.request.form
    typed = {f"{name}.{field}": sent.get(f"{name}.{field}", "").strip()[:12] for name in POLICIES for field in FIELDS}
    wanted = {name: Policy(*(_figure(typed[f"{name}.{field}"]) for field in FIELDS)) for name in POLICIES}
    try:
        once.run(set_policies, SetPolicies(wanted, sent.get("version", 0, type=int)), lambda version: {"version": version})
    except Invalid as error:
        return _refused(typed, error.facts.get("fields", {}), "", 422)
    except Conflict as error:
        refresh()
        return _refused(typed, {}, f"{error.message} {_words()}", 409)
    flask.flash("The rules of counting are set; what is due is worked out again now.", "ok")
    return redirect(flask.url_for("counts.index", view="due"))


def _figure(text: str) -> int:
    """-1, which no rule allows, for anything but a whole number."""
    return int(text) if text.isascii() and text.isdigit() else -1


def _words() -> str:
    """What is set now."""
    return " ".join(
        f"{name}: every {policy.interval_days} days, {policy.tolerance_units} units or {policy.tolerance_percent} %."
        for name, policy in store.policies(reader()).items()
    )


def _refused(typed: dict[str, str], errors: dict[str, str], problem: str, status: int) -> Any:
    headers = {"HX-Retarget": "#count-settings"} if status == 409 else {}
    return flask.make_response(_page(typed, errors, problem), status, headers)


def _page(typed: dict[str, Any], errors: dict[str, str], problem: str) -> str:
    return flask.render_template(
        "counts/_settings.html" if wants_part() else "counts/settings.html",
        classes=list(POLICIES),
        fields=FIELDS,
        ranges=policies.RANGES,
        typed=typed,
        errors=errors,
        problem=problem,
        version=store.policies_version(reader()) if problem or not flask.request.form else flask.request.form.get("version", 0),
        key=once.fresh_key() if problem else once.new_key(),
    )
