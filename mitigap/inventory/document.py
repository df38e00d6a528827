"""An inventory as the contract's JSON and back: keys sorted, equal inventories give equal bytes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from mitigap.errors import DocumentUnreadable
from mitigap.inventory.model import Inventory, Level

SCHEMA = "mitigap/inventory/1"


def dump(inventory: Inventory, levels: Mapping[str, Level]) -> bytes:
    """The inventory, and the level of each mitigation with the rows that count 0 because they have expired."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        **msgspec.to_builtins(inventory),
        "levels": {each: level.value for each, level in levels.items()},
        "expired": {each: level.expired for each, level in levels.items() if level.expired},
    }
    if not inventory.choices:
        del content["choices"]
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2) + b"\n"


def load(data: bytes) -> Inventory:
    """What `dump` wrote; levels are reckoned anew from the controls. DocumentUnreadable where it is anything else."""
    try:
        schema = msgspec.json.decode(data, type=_Header, strict=True).schema
        if schema != SCHEMA:
            raise DocumentUnreadable(f"The inventory is written in {schema}; this version reads {SCHEMA}.")
        return msgspec.json.decode(data, type=Inventory, strict=True)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise DocumentUnreadable(f"The inventory cannot be read: {fault}.") from fault


class _Header(msgspec.Struct):
    schema: str
