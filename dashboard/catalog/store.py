"""SKUs as they are read."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.catalog.rules import fold_code
from dashboard.kernel.db import db
from dashboard.kernel.errors import NotFound


def sku(code: str) -> Sku:
    """Raises: NotFound, naming SKUs whose code begins alike."""
    folded = fold_code(code)
    found = db.session.scalar(sa.select(Sku).where(Sku.code == folded)) if storable_code(folded) else None
    if found is None:
        near = [other.code for other in skus(query=folded[:3], limit=3)] if storable_code(folded) else []
        raise NotFound(f"There is no SKU {folded[:80]}.", **({"near": near} if near else {}))
    return found


def storable_code(code: str) -> bool:
    """Whether a database can be asked for this text at all."""
    return "\x00" not in code and code.isprintable()


def skus(query: str = "", after: str = "", limit: int = 50, kind: str = "", active: bool | None = None) -> Sequence[Sku]:
    """SKUs in order of their code, those after the code `after`.

    Args: query: the start of a code, part of a name, or a whole barcode.
    """
    statement = sa.select(Sku).order_by(Sku.code).limit(limit)
    if after:
        statement = statement.where(Sku.code > after)
    if query:
        statement = statement.where(matches(query))
    if kind:
        statement = statement.where(Sku.kind == kind)
    if active is not None:
        statement = statement.where(Sku.active == active)
    return db.session.scalars(statement).all()


def matches(query: str) -> sa.ColumnElement[bool]:
    """Which SKUs a search means."""
    text = fold_code(query)
    if not storable_code(text):
        return sa.false()
    return sa.or_(
        Sku.code.startswith(text, autoescape=True),
        sa.func.upper(Sku.name).contains(text, autoescape=True),
        Sku.barcode == text,
    )


def by_ids(ids: Iterable[int]) -> dict[int, Sku]:
    wanted = list(ids)
    return {found.id: found for found in db.session.scalars(sa.select(Sku).where(Sku.id.in_(wanted)))} if wanted else {}


def by_words(words: set[str]) -> dict[str, Sku]:
    """The SKU that each typed or scanned word means, by its code or its whole barcode; unknown words are missing."""
    folded = {word: fold_code(word) for word in words if storable_code(word)}
    if not folded:
        return {}
    wanted = set(folded.values())
    found = db.session.scalars(sa.select(Sku).where(sa.or_(Sku.code.in_(wanted), Sku.barcode.in_(wanted)))).all()
    by_word = {sku.barcode: sku for sku in found if sku.barcode} | {sku.code: sku for sku in found}
    return {word: by_word[code] for word, code in folded.items() if code in by_word}
