"""Triggers that keep sku_level: which SKUs are low, and which are out. See inventory.model.SkuLevel."""

from alembic import op

from dashboard.inventory.level_text import AVAILABLE, IS_LOW, levels

_OLD, _NEW = ((f"({AVAILABLE} <= 0)".format(row=row), f"({IS_LOW})".format(row=row)) for row in ("OLD", "NEW"))
CROSSES = f"{_OLD[0]} <> {_NEW[0]} OR {_OLD[1]} <> {_NEW[1]}"
AGAIN = (
    "DELETE FROM sku_level WHERE sku_id = NEW.sku_id;"
    f" INSERT INTO sku_level (sku_id, level, code) {levels('AND b.sku_id = NEW.sku_id')};"
)
ALL_AGAIN = f"DELETE FROM sku_level; INSERT INTO sku_level (sku_id, level, code) {levels()};"
TRIGGERS = {
    "stock_balance_level_made": ("AFTER INSERT ON stock_balance", "", AGAIN),
    "stock_balance_level": ("AFTER UPDATE ON stock_balance", CROSSES, AGAIN),
    "location_level": ("AFTER UPDATE OF active ON location", "OLD.active <> NEW.active", ALL_AGAIN),
}


def install(sqlite: bool) -> None:
    """Run once the tables exist, on either database."""
    for name, (when, crosses, work) in TRIGGERS.items():
        condition = f"WHEN ({crosses})" if crosses else ""
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} {when} {condition} BEGIN {work} END")
        else:
            op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {work} RETURN NULL; END $$")
            op.execute(f"CREATE TRIGGER {name} {when} FOR EACH ROW {condition} EXECUTE FUNCTION {name}()")
