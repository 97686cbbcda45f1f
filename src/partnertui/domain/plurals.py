"""Counts with their noun, in English."""


def plural(number: int, one: str, many: str = "") -> str:
    """`1 call`, `1,200 calls`; `many` where it isn't the singular with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
