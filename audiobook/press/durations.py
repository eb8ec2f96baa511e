"""Frames in, a time as formats write it out. Integers inside: nothing is summed after it was rounded."""

from __future__ import annotations


def milliseconds(frames: int, rate: int) -> int:
    """Frames as milliseconds, rounded once.

    >>> milliseconds(24_011, 24_000)
    1000
    """
    return (frames * 2000 + rate) // (2 * rate)


def clock(ms: int, point: str = ".") -> str:
    """Hours, minutes, seconds, thousandths: WebVTT and SMIL write a point, SRT a comma. Hours may pass 99.

    >>> clock(3_723_004), clock(59_999, ",")
    ('01:02:03.004', '00:00:59,999')
    """
    seconds, thousandths = divmod(ms, 1000)
    return f"{short_clock(seconds)}{point}{thousandths:03d}"


def short_clock(seconds: int) -> str:
    """Hours, minutes and seconds.

    >>> short_clock(3_723)
    '01:02:03'
    """
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def iso_duration(ms: int) -> str:
    """A duration of ISO 8601, in hours, minutes and seconds.

    >>> iso_duration(3_723_040), iso_duration(60_000), iso_duration(0)
    ('PT1H2M3.04S', 'PT1M', 'PT0S')
    """
    seconds, thousandths = divmod(ms, 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    tail = f"{seconds}.{thousandths:03d}".rstrip("0").rstrip(".")
    parts = f"{hours}H" * (hours > 0) + f"{minutes}M" * (minutes > 0) + f"{tail}S" * (tail != "0")
    return "PT" + (parts or "0S")
