"""Spans of time as text, wherever one is shown: 3m 20s, 5h 2m, 12d."""


def short_duration(seconds: float) -> str:
    """A span of time in its two largest units: 3m 20s, 5h 2m, 12d."""
    rest = int(abs(seconds))
    if rest < 60:
        return f"{rest}s"
    if rest < 3600:
        return f"{rest // 60}m {rest % 60}s" if rest < 600 else f"{rest // 60}m"
    if rest < 86400:
        return f"{rest // 3600}h {rest % 3600 // 60}m"
    return f"{rest // 86400}d {rest % 86400 // 3600}h" if rest < 864000 else f"{rest // 86400}d"
