"""Numerals -> English words. Digits come in as text, so that no number is too long."""

from __future__ import annotations

_ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
         "seventeen eighteen nineteen").split(" ")
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ")
_SCALES = ("- thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion "
           "decillion").split(" ")
_NTHS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
         "twelve": "twelfth"}
_SHARES = frozenset("2 3 4 5 6 7 8 9 10 12 16 20 32 50 64 100 1000".split(" "))
LONGEST = 36
"""Digits beyond which a number is not said out."""


def cardinal(digits: str) -> str:
    """A whole number.

    >>> cardinal("42"), cardinal("1,001"), cardinal("1250000")
    ('forty-two', 'one thousand and one', 'one million two hundred and fifty thousand')
    >>> cardinal("9" * 100_000)
    'a number of one hundred thousand digits'
    """
    digits = digits.replace(",", "").lstrip("0") or "0"
    if len(digits) > LONGEST:
        return f"a number of {cardinal(str(len(digits)))} digits"
    number = int(digits)
    if number < 1000:
        return _hundreds(number)
    words: list[str] = []
    rest = number % 1000
    number //= 1000
    for scale in _SCALES[1:]:
        if number % 1000:
            words.insert(0, f"{_hundreds(number % 1000)} {scale}")
        number //= 1000
    if rest:
        words.append(f"and {_hundreds(rest)}" if rest < 100 else _hundreds(rest))
    return " ".join(words)


def _hundreds(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    rest = f" and {_hundreds(number % 100)}" if number % 100 else ""
    return f"{_ONES[number // 100]} hundred{rest}"


def ordinal(digits: str) -> str:
    """
    >>> ordinal("1"), ordinal("22"), ordinal("30"), ordinal("112")
    ('first', 'twenty-second', 'thirtieth', 'one hundred and twelfth')
    """
    if len(digits.replace(",", "")) > LONGEST:
        return cardinal(digits)
    said = cardinal(digits)
    cut = max(said.rfind(" "), said.rfind("-")) + 1
    last = said[cut:]
    return said[:cut] + (_NTHS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th"))


def year(digits: str) -> str:
    """A year of four digits.

    >>> year("1984"), year("1900"), year("1905"), year("2007")
    ('nineteen eighty-four', 'nineteen hundred', 'nineteen oh five', 'two thousand and seven')
    """
    century, rest = digits[:2], int(digits[2:])
    if digits[1] == "0" and rest < 10:
        return cardinal(digits)
    if not rest:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(str(rest))}"


def decades(digits: str) -> str:
    """
    >>> decades("1920"), decades("90"), decades("1800"), decades("2000")
    ('nineteen twenties', 'nineties', 'eighteen hundreds', 'two thousands')
    """
    said = year(digits) if len(digits) == 4 else cardinal(digits)
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def decimal(number: str) -> str:
    """
    >>> decimal("3.14"), decimal("0.5"), decimal("1,200.05")
    ('three point one four', 'zero point five', 'one thousand two hundred point zero five')
    """
    whole, _, after = number.partition(".")
    return f"{cardinal(whole)} point {one_by_one(after)}" if after else cardinal(whole)


def one_by_one(digits: str) -> str:
    """
    >>> one_by_one("007")
    'zero zero seven'
    """
    if len(digits) > 2 * LONGEST:
        return cardinal("1" + digits[1:])
    return " ".join(_ONES[int(digit)] for digit in digits)


def fraction(above: str, below: str) -> str:
    """
    >>> fraction("1", "2"), fraction("3", "4"), fraction("2", "3"), fraction("24", "7")
    ('a half', 'three quarters', 'two thirds', 'twenty-four seven')
    """
    above, below = above.lstrip("0") or "0", below.lstrip("0") or "0"
    if "0" in (above, below) or len(above) > 4 or len(below) > 4:
        return f"{cardinal(above)} over {cardinal(below)}"
    if below not in _SHARES or int(above) >= int(below):
        return f"{cardinal(above)} {cardinal(below)}"
    name = {"2": "half", "4": "quarter"}.get(below) or ordinal(below)
    if above == "1":
        return f"{'a' if name in ('half', 'quarter') else 'one'} {name}"
    return f"{cardinal(above)} {name}s"
