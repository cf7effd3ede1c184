"""What flask-security stores through: reads are detached, changes are collected and written in one action."""

from typing import Any

import flask
import sqlalchemy as sa
from flask_security import UserDatastore

from dashboard.accounts import store
from dashboard.accounts.actions import CREDENTIALS, change_credentials
from dashboard.accounts.commands import ChangeCredentials
from dashboard.accounts.model import Role, User
from dashboard.kernel import clock
from dashboard.kernel.db import write


class AccountStore(UserDatastore):
    """flask-security's datastore over our own models: `put` collects, `commit` writes only the credentials that changed.

    Requests read on connections that cannot write, so a changed user is never flushed by its own session.
    """

    def __init__(self) -> None:
        super().__init__(User, Role)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        attribute, value = kwargs.popitem()
        return store.find_user(attribute, value, case_insensitive)

    def find_role(self, role: str) -> Role | None:
        return None  # roles are data (accounts.roles); nothing of flask-security makes or changes one

    def put(self, model: User) -> User:
        model = getattr(model, "_get_current_object", lambda: model)()  # flask-login hands out a proxy
        changed = flask.g.setdefault("changed_users", [])
        if model not in changed:
            changed.append(model)
        return model

    def mf_delete_recovery_code(self, user: User, idx: int) -> bool:
        """A new list, so that the change is seen."""
        codes = self.mf_get_recovery_codes(user)
        user.mf_recovery_codes = codes[:idx] + codes[idx + 1 :]
        self.put(user)
        return True

    def commit(self) -> None:
        for user in flask.g.pop("changed_users", []):
            command = _changes(user)
            if command.changes:
                write(change_credentials, command, store.person(user), clock.now())


def _changes(user: User) -> ChangeCredentials:
    histories = {name: sa.inspect(user).attrs[name].history for name in CREDENTIALS}
    changed = {name: history for name, history in histories.items() if history.has_changes()}
    before = {name: history.deleted[0] for name, history in changed.items() if history.deleted}
    return ChangeCredentials(user.id, {name: getattr(user, name) for name in changed}, before)
