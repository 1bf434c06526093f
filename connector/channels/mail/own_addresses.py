"""Our own addresses: whether one is among those that a route names, whole domains included."""

from __future__ import annotations

from collections.abc import Collection


def is_ours(address: str, ours: Collection[str]) -> bool:
    """Whether ``ours`` name the address: itself, without its sub-address, or by its domain.

    ``*@shop.example`` and ``@shop.example`` are the whole domain, and not the domains below it.
    """
    known = {each.strip().casefold().removeprefix("*") for each in ours}
    local, at, domain = address.strip().casefold().rpartition("@")
    return bool(at) and not known.isdisjoint({f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}", f"@{domain}"})
