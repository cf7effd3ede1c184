"""What the API answers about parts of an order: how it ships, and where its units were routed."""

from dashboard.api.schemas import Answer, Id, Time


class ShippingChoice(Answer):
    """choice: available or together; waiting: units of the order that wait for stock."""

    choice: str
    waiting: int
    version: int


class NotSent(Answer):
    location: str
    reason: str


class RoutingDecision(Answer):
    """Why these locations send. rule_set: "0" for the built-in rules."""

    sequence: int
    cause: str
    rule_set: Id
    at: Time
    locations: list[str]
    reason: str
    others: list[NotSent]


class RoutingDecisionList(Answer):
    items: list[RoutingDecision]
    next: None
