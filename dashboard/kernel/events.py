"""Events: frozen facts in the past tense, written with the change that made them."""

import dataclasses
import functools
from typing import Any, dataclass_transform

REGISTRY: dict[str, type] = {}


@dataclass_transform(frozen_default=True)
def event(entity: str):
    """Register a frozen dataclass as an event about one kind of entity.

    Its fields are what changed, as plain values. `id` (str or int) and `version` (int) are kept in columns of their own, so is
    `order_id` where an event has one. It is stored under its class name.
    """

    def register(cls: type) -> type:
        cls = dataclasses.dataclass(frozen=True, slots=False)(cls)
        cls.entity = entity
        names = tuple(field.name for field in dataclasses.fields(cls) if field.name not in ("id", "version", "order_id"))
        cls.data_fields = names
        REGISTRY[cls.__name__] = cls
        return cls

    return register


@functools.cache
def fields_of(name: str) -> tuple[str, ...]:
    return REGISTRY[name].data_fields


def data_of(fact: Any) -> dict[str, Any]:
    values = fact.__dict__
    return {name: values[name] for name in fact.data_fields}
