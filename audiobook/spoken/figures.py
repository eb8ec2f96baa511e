"""Figures in English text -> words: money, times, dates, measures, fractions, ranges, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Callable

from audiobook.spoken import numbers

DIGIT = re.compile(r"[0-9½¼¾⅓⅔⅛⅜⅝⅞]")

_MONTHS = ("January February March April May June July August September October November December").split(" ")
_MONTH = "|".join(_MONTHS)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+"

_UNITS = {"km": "kilometre", "cm": "centimetre", "mm": "millimetre", "m": "metre", "kg": "kilogram", "g": "gram",
          "mg": "milligram", "lb": "pound", "lbs": "pound", "oz": "ounce", "ft": "foot", "mi": "mile",
          "yd": "yard", "yds": "yard", "mph": "mile per hour", "kph": "kilometre per hour",
          "km/h": "kilometre per hour", "ml": "millilitre", "GB": "gigabyte", "MB": "megabyte", "kB": "kilobyte",
          "kHz": "kilohertz", "Hz": "hertz", "kW": "kilowatt", "hr": "hour", "hrs": "hour", "min": "minute",
          "mins": "minute", "sec": "second", "secs": "second", "°C": "degree Celsius", "°F": "degree Fahrenheit",
          "°": "degree", "¢": "cent", "cwt": "hundredweight"}
_MEASURED = re.compile(rf"(?<![\w.,])({_NUMBER})(\.\d+)?(½|¼|¾)?\s?(-?)("
                       + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
                       + r")(?![\w°])(?:\.(?=\s+[a-z]))?")
_COINS = {"$": ("dollar", "cent", "cents"), "£": ("pound", "penny", "pence"), "€": ("euro", "cent", "cents"),
          "¥": ("yen", "sen", "sen")}
_MONEY = re.compile(rf"([$£€¥])\s?({_NUMBER})(?:\.(\d+))?(?:\s?(hundred|thousand|million|billion|trillion|[mk]|bn)\b)?"
                    r"(-[a-z]+|\s(?:bill|note|coin)\b)?")
_OLD_MONEY = re.compile(r"(?:£\s?(\d{1,6}),?\s)?(?<![\w.])(\d{1,2})s\.?,?\s(?:(\d{1,2})d\b\.?)(?=\W|\Z)")
_TIME = re.compile(r"(?<![\w:.])([01]?\d|2[0-4])(?:[:.]([0-5]\d))?(?::([0-5]\d))?\s?([AaPp])\.?[Mm]\b(\.?)"
                   r"|(?<![\w:.])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?![\w:])")
_TIMES = re.compile(r"(?<!\d)(\d{1,2}:\d\d)\s?[–-]\s?(\d{1,2}:\d\d)(?!\d)")
_DATE = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?![,.:]\d|%)(?:(,?) (\d{{4}})\b)?"
                   rf"|(\bthe )?\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b(?:(,?) (\d{{4}})\b)?")
_DECADE = re.compile(r"(?<![\w,.])(?:(\d{3}0)|['’]?([2-9]0))['’]?s\b")
_NTH = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(st|nd|rd|th)\b")
_RANGE = re.compile(r"(?<![\w.,/–-])(\d{1,4})([–—-])(\d{1,4})(?![\w/–-]|[.,]\d)")
_PHONE = re.compile(r"(?<![\w-])(?:\+?\d{1,3}[ -])?(?:\(\d{3}\) ?|\d{3}-)?\d{3}-\d{4}(?![\w-])")
_FRACTION = re.compile(r"(?<![\w/.])(?:(\d{1,6})[ -])?(\d{1,6})[/⁄](\d{1,6})(?![\w/])")
_VULGAR = {"½": ("1", "2"), "¼": ("1", "4"), "¾": ("3", "4"), "⅓": ("1", "3"), "⅔": ("2", "3"), "⅛": ("1", "8"),
           "⅜": ("3", "8"), "⅝": ("5", "8"), "⅞": ("7", "8")}
_PARTS = re.compile(r"(\d*)\s?([½¼¾⅓⅔⅛⅜⅝⅞])")
_PERCENT = re.compile(rf"({_NUMBER})(\.\d+)?\s?%")
_HEIGHT = re.compile(r"(?<!\w)(\d)['′](?: ?(\d{1,2})[\"″])(?!\w)")
_DOTTED = re.compile(r"(?<![\w.])\d{1,9}(?:\.\d{1,9}){2,}(?!\w)")
_RATIO = re.compile(r"(\d):(?=\d)")
_PLAIN = re.compile(rf"((?<![\w)]) ?[-−])?(?<!\d)({_NUMBER})(\.\d+)?")


def said(text: str) -> str:
    """`text` with every figure in words."""
    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str], str], ...] = (
        (_TIMES, lambda m: f"{m[1]} to {m[2]}", ":"),
        (_PHONE, lambda m: ", ".join(map(numbers.one_by_one, re.findall(r"\d+", m[0]))), "-"),
        (_OLD_MONEY, _old_money, "d"),
        (_MONEY, _money, "$£€¥"),
        (_HEIGHT, lambda m: f"{numbers.cardinal(m[1])} foot {numbers.cardinal(m[2])}", "'′"),
        (_TIME, _time, ":mM"),
        (_DATE, _date, "JFMASOND"),
        (_DECADE, lambda m: numbers.decades(m[1] or m[2]), "s"),
        (_NTH, lambda m: numbers.ordinal(m[1]), "tndh"),
        (_FRACTION, _fraction, "/⁄"),
        (_MEASURED, _measured, "kcmglofyGMHhs°¢"),
        (_PARTS, lambda m: (f"{m[1]} and " if m[1] else "") + numbers.fraction(*_VULGAR[m[2]]), "½¼¾⅓⅔⅛⅜⅝⅞"),
        (_PERCENT, lambda m: numbers.decimal(m[1] + (m[2] or "")) + " percent", "%"),
        (_RANGE, _range, "–—-"),
        (_RATIO, lambda m: f"{m[1]} ", ":"),
        (_DOTTED, lambda m: " point ".join(numbers.cardinal(part) for part in m[0].split(".")), "."),
    )
    text = text.replace("#", "number ") if re.search(r"#\d", text) else text
    for pattern, put, signs in steps:
        if any(sign in text for sign in signs):
            text = pattern.sub(put, text)
    if DIGIT.search(text):
        text = _PLAIN.sub(lambda m: _number(text, m), _MIXED.sub(" ", text) if _TOUCHING.search(text) else text)
    return text


_MIXED = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_TOUCHING = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_DATED = re.compile(r"\b(?:in|since|by|of|from|until|till|year|before|after|around|about|circa|and|A D|spring|"
                    r"summer|autumn|winter|fall|to)\s*\Z", re.IGNORECASE)


def _number(text: str, found: re.Match[str]) -> str:
    digits, after = found[2], found[3]
    minus = "minus " if found[1] else ""
    if minus and found[1].startswith(" "):
        minus = " minus "
    if after:
        return minus + numbers.decimal(digits + after)
    if len(digits) > 1 and digits[0] == "0":
        return minus + numbers.one_by_one(digits)
    dated = "1010" <= digits < "1100" and _DATED.search(found.string[max(0, found.start() - 12):found.start()])
    if len(digits) == 4 and not minus and (dated or "1100" <= digits <= "2099"):
        return numbers.year(digits)
    return minus + numbers.cardinal(digits)


def _money(found: re.Match[str]) -> str:
    sign, whole, part, scale, follows = found.groups()
    one, cent, cents = _COINS[sign]
    scale = {"m": "million", "k": "thousand", "bn": "billion"}.get(scale or "", scale)
    many = one if one == "yen" else one + "s"
    follows = follows or ""
    if scale:
        return f"{numbers.decimal(whole + ('.' + part if part else ''))} {scale} {one if follows else many}{follows}"
    if follows:
        return f"{numbers.cardinal(whole)} {one}{follows}"
    if part is None or len(part) != 2:
        amount = numbers.decimal(whole + ("." + part if part else ""))
        return f"{amount} {one if amount == 'one' else many}"
    below = numbers.cardinal(part) + f" {cent if part == '01' else cents}"
    if not whole.strip("0,"):
        return below
    above = f"{numbers.cardinal(whole)} {one if whole == '1' else many}"
    return above if part == "00" else f"{above} and {below}"


def _old_money(found: re.Match[str]) -> str:
    pounds, shillings, pence = found.groups()
    said = [] if pounds is None else [f"{numbers.cardinal(pounds)} pound{'s' if pounds != '1' else ''}"]
    said.append(f"{numbers.cardinal(shillings)} shilling{'s' if shillings != '1' else ''}")
    return ", ".join(said) + (f" and {numbers.cardinal(pence)} {'pence' if pence != '1' else 'penny'}" if pence else "")


def _time(found: re.Match[str]) -> str:
    hour, minute, letter = found[1] or found[6], found[2] or found[7], found[4]
    said = numbers.cardinal(hour)
    if minute == "00":
        said += "" if letter else " o'clock" if 1 <= int(hour) <= 12 else " hundred hours"
    elif minute:
        said += f" {'oh ' if minute[0] == '0' else ''}{numbers.cardinal(minute)}"
    if letter:
        said += f" {letter.upper()} M" + (stop(found.string, found.end()) if found[5] else "")
    return said


def _date(found: re.Match[str]) -> str:
    day = found[2] or found[6]
    if not 1 <= int(day) <= 31:
        return found[0]
    year = found[4] or found[9]
    said = f"{found[1]} {numbers.ordinal(day)}" if found[1] else f"the {numbers.ordinal(day)} of {found[7]}"
    comma = found[3] or found[8]
    return said + (f"{comma or ''} {numbers.year(year)}" if year else "")


def _fraction(found: re.Match[str]) -> str:
    whole, above, below = found.groups()
    said = numbers.fraction(above, below)
    if whole is None:
        return said
    return f"{numbers.cardinal(whole)} {'' if ' over ' in said else 'and '}{said}"


def _measured(found: re.Match[str]) -> str:
    whole, part, vulgar, hyphen, unit = found.groups()
    amount = numbers.decimal(whole + (part or ""))
    if vulgar:
        amount += " and " + numbers.fraction(*_VULGAR[vulgar])
    one = _UNITS[unit]
    if hyphen or amount in ("one", "minus one"):
        return f"{amount} {one}"
    first, _, rest = one.partition(" ")
    many = {"foot": "feet", "hertz": "hertz", "kilohertz": "kilohertz"}.get(first, first + "s")
    return f"{amount} {many}{' ' + rest if rest else ''}"


def _range(found: re.Match[str]) -> str:
    first, dash, last = found.groups()
    dated = len(first) == 4 and "1100" <= first <= "2099"
    if int(last) <= int(first) and not (dated and len(last) == 2):
        if dash == "-" and len(first) != len(last):
            return " ".join(numbers.one_by_one(part) for part in (first, last))
        return f"{_counted(first)} {_counted(last)}" if dash == "-" else f"{_counted(first)} to {_counted(last)}"
    return f"{_counted(first)} to {_counted(last)}"


def _counted(digits: str) -> str:
    if len(digits) == 4 and "1100" <= digits <= "2099":
        return numbers.year(digits)
    if digits[0] == "0" and len(digits) > 1:
        return ("oh " if len(digits) == 2 else "") + numbers.one_by_one(digits[1:] if len(digits) == 2 else digits)
    return numbers.cardinal(digits)


def stop(text: str, at: int) -> str:
    """The full stop that an abbreviation shares with its sentence, where it ends one."""
    return "." if re.match(r"[\"”’')]*(?:\Z|\s+[\"“‘']?[A-Z])", text[at:at + 20]) else ""
