"""Refusals where a role's permission ends: amounts, units and locations of the role table. Actions ask here before they write."""

from dashboard.accounts import roles
from dashboard.kernel import units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden


def assert_refund(actor: Actor, amount: int, currency: str) -> None:
    """Raises: Forbidden, above what this actor's role may pay back (amount in minor units); facts: most (decimal), second_person."""
    verdict = roles.refund_verdict(actor, amount)
    if verdict == "yes":
        return
    limits = roles.limits_of(actor)
    most = limits.refund_alone if verdict == "second_person" else limits.refund
    ceiling = units.decimal_text(most or 0, currency)
    second = " A second person, an owner, has to do it." if verdict == "second_person" else " Ask somebody who may."
    raise Forbidden(
        f"Your role ({actor.role}) pays back at most {ceiling} {currency} alone.{second}",
        most=ceiling,
        second_person=verdict == "second_person",
    )


def assert_adjustment(actor: Actor, change: int) -> None:
    """Raises: Forbidden, beyond the units that this actor's role may correct at once, either way; facts: most."""
    if not roles.may_adjust(actor, change):
        most = roles.limits_of(actor).adjust
        raise Forbidden(f"Your role ({actor.role}) corrects at most {most} units at once. Ask an operations manager.", most=most)


def assert_location(actor: Actor, location: str) -> None:
    """Raises: Forbidden, at a location (its code) that is not this actor's own."""
    if not roles.reaches_location(actor, location):
        own = ", ".join(actor.locations or ())
        raise Forbidden(f"You work at {own}, not at {location}.", location=location)


def assert_everywhere(actor: Actor) -> None:
    """Raises: Forbidden, for an actor who works at some locations only."""
    if actor.locations is not None:
        raise Forbidden(f"You work at {', '.join(actor.locations)}; this is about every location. Ask an operations manager.")
