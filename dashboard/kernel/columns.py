"""Column types and the declarative base: the same models on SQLite and PostgreSQL."""

import datetime as dt

from sqlalchemy import BigInteger, Integer, MetaData, types
from sqlalchemy.orm import DeclarativeBase

from dashboard.kernel import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit key; on SQLite INTEGER, so that it is the row id."""


class Instant(types.TypeDecorator[dt.datetime]):
    """An aware moment, stored as microseconds since 1970 UTC: sorts, compares and subtracts alike on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None or isinstance(value, int):
            return value
        return clock.micros(value)

    def process_result_value(self, value, dialect):
        return None if value is None else clock.moment(value)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: Instant(), int: BigInteger()}
