"""/api/v1/stock/channels: which locations a channel may sell from, and what it leaves to the others."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import hold_schemas, once
from dashboard.api.hold_bodies import ChannelRuleBody
from dashboard.api.routes import route
from dashboard.api.views.stock import check_channel
from dashboard.inventory.selling import set_channel_rule
from dashboard.inventory.selling_commands import SetChannelRule
from dashboard.inventory.store.selling import rule_record
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader

blueprint = flask.Blueprint("channel_rules_api", __name__, url_prefix="/api/v1/stock/channels")


@route(blueprint, "GET", "/<channel>", "stock.read", "What a channel may sell from", answer=hold_schemas.ChannelRule)
def show(channel: str) -> flask.Response:
    check_channel(channel)
    return once.show(rule_record(reader(), channel))


@route(
    blueprint,
    "PUT",
    "/<channel>",
    "catalog.write",
    "Set what a channel may sell from",
    body=ChannelRuleBody,
    answer=hold_schemas.ChannelRule,
)
def update(body: ChannelRuleBody, channel: str) -> flask.Response:
    check_channel(channel)
    return once.write(_set, body.command(channel))


def _set(tx: Tx, command: SetChannelRule, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    set_channel_rule(tx, command, actor, now)
    return 200, rule_record(tx.connection, command.channel)
