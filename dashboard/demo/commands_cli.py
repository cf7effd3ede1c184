"""`flask demo`: build the demo shop once, keep it busy, and say where to look."""

import datetime as dt

import click
import flask
from flask.cli import with_appcontext

from dashboard.accounts.actions import create_user
from dashboard.accounts.commands import CreateToken, CreateUser
from dashboard.accounts.demo_logins import PASSWORD, USERS
from dashboard.accounts.token_actions import create_token
from dashboard.config import Config
from dashboard.demo import build as builder
from dashboard.demo import catching_up, customers, live
from dashboard.kernel import clock, consumers, db, ids, secrets
from dashboard.kernel.garbage import collected_seldom
from dashboard.kernel.tx import Tx
from dashboard.orders import search
from dashboard.orders.capture import tracking_token
from dashboard.orders.model import Order
from dashboard.schema import migrate


@click.command("demo")
@click.option(
    "--orders", default=10_000, show_default=True, type=click.IntRange(1, 1_000_000), help="How many orders of history."
)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same shop.")
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M:%S"]), help="UTC moment the history ends at; now unless given.")
@click.option("--play", is_flag=True, help="Keep placing, picking and shipping orders until interrupted.")
@click.option("--pace", default=2.0, show_default=True, help="Seconds between two things that happen while playing.")
@with_appcontext
def demo(orders: int, seed: int, until: dt.datetime | None, play: bool, pace: float) -> None:
    """Build the demo shop in an empty database, or keep it busy with --play."""
    migrate(flask.current_app._get_current_object())
    if play:
        say_where()
        live.keep_playing(seed, pace, lambda text: click.echo(f"{clock.now():%H:%M:%S}  {text}"))
        return
    if is_built():
        if not config().demo:
            raise click.ClickException(
                "This database holds orders that are not a whole demo; start with an empty one (ORDERDECK_INSTANCE)."
            )
        came = catching_up.catch_up(seed, clock.now().replace(microsecond=0))
        click.echo("The demo is here already" + (f"; {came:,} orders came while you were away." if came else "."))
    else:
        _build(orders, seed, until.replace(tzinfo=dt.UTC) if until else clock.now().replace(microsecond=0))
    say_where()


def is_built() -> bool:
    return db.db.session.query(Order.id).first() is not None


def _build(orders: int, seed: int, until: dt.datetime) -> None:
    with collected_seldom(), click.progressbar(length=orders, label=f"Building {orders:,} orders") as bar:
        builder.build(orders, seed, until, lambda placed: bar.update(placed - bar.pos))
    db.write(lambda tx: _sign_ins(tx, until))
    db.db.session.rollback()  # what was read before the build is an older picture
    everything = [found for (found,) in db.db.session.query(Order.id)]
    db.write(lambda tx: search.index_orders(tx, everything))
    customers.set_up(until)
    db.write(consumers.skip_to_end)  # the history has done its own following work
    (config().instance / "demo").touch()


def _sign_ins(tx: Tx, now: dt.datetime) -> None:
    for email, name, role in USERS:
        create_user(tx, CreateUser(email, name, PASSWORD, role), builder.DEMO, now)
    create_token(tx, CreateToken("kiosk", "Demo wall", "kiosk", ids.token_hash(kiosk_secret())), builder.DEMO, now)


def kiosk_secret() -> str:
    return secrets.token_for("demo kiosk")


def config() -> Config:
    return flask.current_app.extensions["orderdeck_config"]


def say_where() -> None:
    """The dashboard with its sign-ins, the wall, one customer's tracking link."""
    base = f"http://{config().bind}"
    click.echo(f"\n  Dashboard   {base}/")
    for email, _, role in USERS:
        click.echo(f"              {email:<24} {PASSWORD}   ({role.replace('_', ' ')})")
    click.echo(f"  Wall        {base}/wall?token={kiosk_secret()}")
    on_the_road_first = (Order.phase == "in_transit").desc(), Order.id.desc()
    order = db.db.session.query(Order.id).filter(Order.status != "cancelled").order_by(*on_the_road_first).first()
    if order is not None:
        click.echo(f"  Tracking    {base}/t/{tracking_token(order[0])}\n")


commands = [demo]
