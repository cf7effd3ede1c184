"""What happened to the routing rules."""

from dashboard.kernel.events import event


@event("routing_rule_set")
class RuleSetDrafted:
    """based_on: the rule set it was copied from, 0 for the built-in one."""

    id: int
    version: int
    based_on: int


@event("routing_rule_set")
class RuleSetEdited:
    """rules: the kinds that are on now, in rank order."""

    id: int
    version: int
    rules: list


@event("routing_rule_set")
class RuleSetDiscarded:
    id: int
    version: int


@event("routing_rule_set")
class RuleSetSwitchedOn:
    """id: the one that routes from now on, 0 for the built-in one; before: the one that did."""

    id: int
    version: int
    before: int
