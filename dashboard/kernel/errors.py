"""Errors a person or a machine can cause; each has a stable code and an HTTP status."""

from typing import Any


class DomainError(Exception):
    """A rule said no: says what was wanted, what is, and what to do.

    Args:
        message: one or two sentences for the operator.
        facts: plain values for machines (and for the page: `fields` = {field: message}).
    """

    code = "domain_error"
    status = 422

    def __init__(self, message: str, **facts: Any):
        super().__init__(message)
        self.message = message
        self.facts = facts


class Invalid(DomainError):
    code = "invalid"


class NotFound(DomainError):
    code = "not_found"
    status = 404


class Forbidden(DomainError):
    code = "forbidden"
    status = 403


class Unauthenticated(DomainError):
    code = "unauthenticated"
    status = 401


class Conflict(DomainError):
    """Somebody was faster; `facts` hold what is there now."""

    code = "conflict"
    status = 409


class InsufficientStock(Conflict):
    code = "insufficient_stock"


class IllegalTransition(Conflict):
    code = "illegal_transition"


class IdempotencyMismatch(DomainError):
    code = "idempotency_key_reused"


class Unavailable(DomainError):
    """The database cannot take writes now (disk full, locked, restarting); nothing was changed."""

    code = "unavailable"
    status = 503


class TryAgain(Exception):
    """Another transaction got there first: run the whole transaction again on what it left (PostgreSQL only)."""
