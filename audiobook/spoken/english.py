"""English as written -> English as said: numbers, money, times, dates, Roman numerals, abbreviations, capitals.

Rules err on the side of leaving text alone: `I` is the pronoun and never a numeral, a word in capitals is a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from audiobook import headings
from audiobook.spoken import numbers

_NEEDS = re.compile(r"[0-9$£€¥¢%°§@#½¼¾⅓⅔⅛⅜⅝⅞]|[A-Z][A-Z]|[A-Za-z]\.(?!\.|\Z|[\"'”’)]*\Z| [a-z]{2})"
                    r"|\b(?:[Ee]tc|Mr|Mrs|Ms|Dr|St|vs?|Esq|Jr|Sr|Co|[ap]\.m)\b|&"
                    r"|\b[IVXLC]+\b(?<!\bI)|\AI\.?\Z")

_MONTHS = ("January February March April May June July August September October November December").split(" ")
_SHORT_MONTHS = {"Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
                 "Aug": "August", "Sept": "September", "Sep": "September", "Oct": "October", "Nov": "November",
                 "Dec": "December"}
_MONTH = "|".join(_MONTHS)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+"

_TITLES = {"Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Dr": "Doctor", "Prof": "Professor", "Rev": "Reverend",
           "Capt": "Captain", "Sgt": "Sergeant", "Lieut": "Lieutenant", "Lt": "Lieutenant", "Cpl": "Corporal",
           "Messrs": "Messers", "Mme": "Madame", "Mlle": "Mademoiselle", "Supt": "Superintendent",
           "Insp": "Inspector", "Cmdr": "Commander", "MR": "Mister", "MRS": "Missus", "DR": "Doctor", "REV": "Reverend",
           "CAPT": "Captain"}
_BEFORE_NAMES = {"Gen": "General", "Col": "Colonel", "Maj": "Major", "Adm": "Admiral", "Gov": "Governor",
                 "Sen": "Senator", "Rep": "Representative", "Pres": "President", "Hon": "Honourable",
                 "Det": "Detective", "Mt": "Mount", "Ft": "Fort", "Sr": "Sister", "Fr": "Father", "Bro": "Brother",
                 "Pvt": "Private", "Ven": "Venerable"}
_ANYWHERE = {"Esq": "Esquire", "Jr": "Junior", "Sr": "Senior", "Bros": "Brothers", "Ltd": "Limited",
             "Inc": "Incorporated", "Corp": "Corporation", "Co": "Company", "Ave": "Avenue", "Blvd": "Boulevard",
             "Rd": "Road", "Dept": "Department", "approx": "approximately", "vs": "versus", "viz": "namely",
             "cf": "compare", "etc": "et cetera", "Etc": "et cetera"}
_BEFORE_NUMBERS = {"No": "number", "Nos": "numbers", "no": "number", "nos": "numbers", "vol": "volume",
                   "Vol": "volume", "vols": "volumes", "p": "page", "pp": "pages", "ch": "chapter", "Ch": "chapter",
                   "chap": "chapter", "fig": "figure", "Fig": "figure", "sec": "section", "v": "verse",
                   "c": "circa", "ca": "circa", "Pt": "part", "Bk": "book"} | _SHORT_MONTHS
_ABBREVIATED = re.compile(
    r"(?<![\w.])(?P<word>" + "|".join(sorted({*_TITLES, *_BEFORE_NAMES, *_ANYWHERE, *_BEFORE_NUMBERS}, key=len,
                                             reverse=True))
    + r")\.(?=(?P<blank>\s*)(?P<next>[\"'“‘(]*\w?))")
_BRITISH = re.compile(r"\b(Mr|Mrs|Ms|Dr|Messrs|Mme|Mlle)(?=\s+[A-Z])")
_SAINT = re.compile(r"(?<![\w.])St\.?(?=\s+[A-Z])(?!\s+(?:He|She|It|They|We|But|And|The|Then|There|In|At|On|As)\b)")
_STREET = re.compile(r"(?<=\w )St\.(?=\s|[,;]|\Z|[\"”’)])")
_LATIN = (("e.g.", "for example"), ("i.e.", "that is"), ("&c.", "et cetera"), ("Ph.D.", "P H D"),
          ("E.g.", "For example"), ("I.e.", "That is"))
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\. ?){1,8}(?=([\w\"'“‘]?))")
_AFTER_STOP = frozenset("A An And As At But By For From He Her Here His How I If In It Its Let Life My No Nobody Nor "
                        "Not Now Of On Once One Or Our Perhaps She So That The Their Then There These They This "
                        "Those To We Well What When Where Which While Who Why With Yes You Your".split(" "))

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

_ROMAN = r"(?=[IVXLCDM])[IVXLCDM]{1,15}"
_DIVIDED = re.compile(rf"\b((?i:chapter|part|book|volume|act|scene|section|canto|stave|letter|article|appendix|verse|"
                      rf"phase|world war|psalm|sonnet|episode|vol\.|no\.|number))\s+({_ROMAN})\b(?!['’-]\w)")
_REGNAL = re.compile(
    rf"\b((?:King|Queen|Pope|Emperor|Tsar|Czar|Prince|Kaiser|Sultan|Saint)\s+)?(Henry|Louis|George|Edward|Charles|James|"
    rf"William|Richard|Elizabeth|Mary|Pius|Paul|Benedict|Leo|Philip|Ferdinand|Frederick|Wilhelm|Napoleon|Nicholas|"
    rf"Alexander|Catherine|Peter|Ivan|Gustav|Christian|Ramses|Rameses|Ptolemy|John|Robert|Clement|Gregory|Innocent|Urban|"
    rf"Boniface|Francis|Joseph|Otto|Margaret|Ladislaus|Malcolm|David|Victor|Umberto|Alfonso|Carlos|Juan|Leopold|Albert|"
    rf"Haakon|Olaf|Erik|Harald|Darius|Xerxes|Cleopatra|Mehmed|Murad|Selim)\s+({_ROMAN})\b(?!\.\s?[A-Z]\.)")
_SEQUEL = re.compile(r"(?<=[a-z] )((?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3}))\b(?!['’-]\w)")
_LONE = re.compile(r"\A(?P<roman>[IVXLC]+)(?:(?P<stop>[.:])(?:\s+(?P<rest>\S.*))?)?\Z", re.DOTALL)

_SPELT = frozenset("USA UK UN EU FBI CIA AI IQ ID UFO IRA IRS ATM CEO CIO CFO DIY DNA RNA ECU EEG EKG ER FAQ HIV ICU "
                   "IOU "
                   "IPA ISBN IT'S KIA LA MIA MIT NBA NYU OBE MBE CBE PA POW RAF SUV TNT TV UCLA UHF UPS URL USB VIP "
                   "YMCA BA MA AA AAA ABC AC AM-FM AC/DC AWOL-X PR QA RIP OAP GI PI DI CI AP API APA UV GPU CPU "
                   "JFK FDR LAPD NYPD NRA NSA INS IMF OED EMT".split(" ")) - {"IT'S", "AM-FM", "AC/DC", "AWOL-X", "LA",
                                                                             "PA", "MA", "BA"}
_CAPITALS = re.compile(r"(?<![\w'’.])([A-Z]{2,}(?:['’](?:S|D|T|M|LL|RE|VE))?|[A-Z]['’][A-Z]{2,})(s|['’]s)?(?![\w])")
_MIXED = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_VOWEL = re.compile("[AEIOUY]")
_ADDRESS = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_LINK = re.compile(r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"”’)]{1,2000}")


def english(text: str) -> str:
    """`text`, without markup, as it is said."""
    if _NEEDS.search(text) is None:
        return text
    text = _romans(text)
    if "://" in text or "www." in text:
        text = _LINK.sub(_link, text)
    if "@" in text:
        text = _ADDRESS.sub(lambda m: f"{_link_words(m[1])} at {_link_words(m[2])}", text)
    if "&" in text:
        text = text.replace("&c.", "et cetera.").replace("&c", "et cetera")
    if "." in text:
        text = _abbreviations(text)
    elif "Mr" in text or "Dr" in text or "M" in text:
        text = _BRITISH.sub(lambda m: _TITLES[m[1]], text)
    if "St" in text:
        text = _SAINT.sub("Saint", text)
        text = _STREET.sub(lambda m: "Street" + _stop(text, m.end()), text)
    if _DIGIT.search(text) is not None:
        text = _numerals(text)
    text = _CAPITALS.sub(_capitals, text) if _TWO_CAPITALS.search(text) else text
    return _SYMBOL.sub(_symbol, text) if _SYMBOL.search(text) else text


_DIGIT = re.compile(r"[0-9½¼¾⅓⅔⅛⅜⅝⅞]")
_TWO_CAPITALS = re.compile(r"[A-Z]['’]?[A-Z]")
_SYMBOL = re.compile(r"\s?([&@%°§$£€¥¢+=×÷#≈±−™®©№])\s?")
_NAMES = {"&": "and", "@": "at", "%": "percent", "°": "degrees", "§": "section", "$": "dollars", "£": "pounds",
          "€": "euros", "¥": "yen", "¢": "cents", "+": "plus", "=": "equals", "×": "times", "÷": "divided by",
          "#": "", "≈": "about", "±": "plus or minus", "−": "minus", "™": "", "®": "", "©": "copyright", "№": "number"}


def _symbol(found: re.Match[str]) -> str:
    return f" {_NAMES[found[1]]} " if _NAMES[found[1]] else " "


# ---------------------------------------------------------------- abbreviations


def _stop(text: str, at: int) -> str:
    """The full stop that an abbreviation shares with its sentence, where it ends one."""
    return "." if re.match(r"[\"”’')]*(?:\Z|\s+[\"“‘']?[A-Z])", text[at:at + 20]) else ""


def _abbreviations(text: str) -> str:
    for written, said in _LATIN:
        if written in text:
            text = text.replace(written, said)
    text = _ABBREVIATED.sub(_abbreviated, text)
    text = _BRITISH.sub(lambda m: _TITLES[m[1]], text)
    if _INITIAL.search(text):
        text = _INITIALS.sub(lambda m: _initials(text, m), text)
    return text


_INITIAL = re.compile(r"(?<![\w.])[A-Z]\.")


def _abbreviated(found: re.Match[str]) -> str:
    word: str = found["word"]
    text = found.string
    blank = " " if not found["blank"] and found["next"][-1:].isalnum() else ""
    follows = found["next"][-1:]
    if word in _BEFORE_NUMBERS and follows.isdigit():
        return _BEFORE_NUMBERS[word] + blank
    before = text[max(found.start() - 30, 0):found.start()]
    if word == "Dr" and not follows.isupper() and re.search(r"[A-Z]\w+\s\Z", before):
        return "Drive" + _stop(text, found.end())
    if word in _TITLES:
        return _TITLES[word] + blank
    if word in _BEFORE_NAMES and follows.isupper() and found["blank"] and word != "Sr":
        return _BEFORE_NAMES[word]
    if word in ("vs", "viz", "cf", "approx"):
        return _ANYWHERE[word] + blank
    if word in _ANYWHERE:
        if word in ("Co", "Jr", "Sr", "Esq") and not re.match(r"\W*\Z", text[found.end():found.end() + 9]):
            return _ANYWHERE[word] + blank
        return _ANYWHERE[word] + (_stop(text, found.end()) or blank)
    return found[0]


def _initials(text: str, found: re.Match[str]) -> str:
    letters: list[str] = re.findall("[A-Z]", found[0])
    blank = " " if found[0].endswith(" ") else ""
    following = re.match(r"[\w'’]+", text[found.end():found.end() + 30])
    goes_on = following is not None and following[0] not in _AFTER_STOP and following[0][0].isupper()
    if len(letters) == 1:
        if not goes_on or letters[0] == "I":
            return str(found[0])
        return letters[0] + (blank or " ")
    said = " ".join(letters)
    ended = following is None and not text[found.end():].strip(" \"'”’)")
    if ended or (following is not None and following[0] in _AFTER_STOP and letters[-1] != "I"):
        said += "."
    return said + (blank or (" " if following is not None else ""))


# ---------------------------------------------------------------- Roman numerals


def _romans(text: str) -> str:
    lone = _LONE.match(text) if text[:1] in "IVXLC" else None
    if lone is not None and (value := headings.value(lone["roman"])) is not None:
        rest = lone["rest"]
        if rest is None or (lone["stop"] and len(rest) < 100 and headings.titled(rest)
                            and (len(lone["roman"]) > 1 or lone["roman"] in "IVX")
                            and not re.match(r"[A-Z]\.", rest) and not re.search(r"[a-z]\.\Z", rest)):
            said = numbers.cardinal(str(value)).capitalize()
            return said + (f"{lone['stop']} {rest}" if rest else lone["stop"] or "")
    text = _DIVIDED.sub(_divided, text)
    if _LATER.search(text):
        text = _REGNAL.sub(_regnal, text)
        text = _SEQUEL.sub(lambda m: numbers.cardinal(str(headings.value(m[1]))) if headings.value(m[1]) else m[0],
                           text)
    return text


_LATER = re.compile(r"\w [IVX]+\b")


def _divided(found: re.Match[str]) -> str:
    value = headings.value(found[2])
    if value is None:
        return found[0]
    if found[2] == "I" and found[1].lower() != "world war":
        # "In this chapter I shall": a capital, or an end, tells the number from the pronoun
        after = found.string[found.end():found.end() + 2]
        if found[1][0].islower() or not (not after or after[0] in ".,:;)!?—-" or after.isspace()
                                         or found.string.startswith(found[0])) or re.match(
                r"\s+[a-z]", found.string[found.end():]):
            return found[0]
    return f"{found[1]} {numbers.cardinal(str(value))}"


def _regnal(found: re.Match[str]) -> str:
    value = headings.value(found[3])
    if value is None or value > 30:
        return found[0]
    if found[3] == "I" and not (found[1] and re.match(r"[,.;:)!?]|\Z|\s+of\b|['’]s\b", found.string[found.end():])):
        return found[0]
    return f"{found[1] or ''}{found[2]} the {numbers.ordinal(str(value))}"


# ---------------------------------------------------------------- numbers


def _numerals(text: str) -> str:
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
    for pattern, said, signs in steps:
        if any(sign in text for sign in signs):
            text = pattern.sub(said, text)
    if _DIGIT.search(text):
        text = _PLAIN.sub(lambda m: _number(text, m), _MIXED.sub(" ", text) if _TOUCHING.search(text) else text)
    return text


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
        said += f" {letter.upper()} M" + (_stop(found.string, found.end()) if found[5] else "")
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


# ---------------------------------------------------------------- capitals, addresses


_SHOUTED = {"OK": "okay", "MR": "Mister", "MRS": "Missus", "DR": "Doctor", "ST": "Saint"}


def _capitals(found: re.Match[str]) -> str:
    word, tail = found[1], found[2] or ""
    if word in _SHOUTED:
        return _SHOUTED[word] + tail
    if word in _SPELT or (word == "US" and not _shouting(found)) or (
            not _VOWEL.search(word) and len(word) <= 5 and word.isalpha()):
        return " ".join(word) + tail
    if word in ("AM", "PM") and re.search(r"\w\s\Z", found.string[:found.start()][-2:]) and not _shouting(found):
        return word[0] + " M"
    return re.sub(r"\AO(['’])(\w)", lambda m: f"O{m[1]}{m[2].upper()}", word.capitalize()) + tail


def _shouting(found: re.Match[str]) -> bool:
    """Whether the words beside a word are in capitals too."""
    text = found.string
    beside = re.findall(r"[\w'’]+", text[max(0, found.start() - 30):found.start()])[-1:] + re.findall(
        r"[\w'’]+", text[found.end():found.end() + 30])[:1]
    return any(len(word) > 1 and word.isupper() and word not in _SPELT for word in beside)


def _link(found: re.Match[str]) -> str:
    link = found[0].rstrip(".,;:!?")
    tail = found[0][len(link):]
    return _link_words(re.sub(r"\A\w+://(?:www\.)?|\Awww\.", "", link)) + tail


def _link_words(link: str) -> str:
    link = re.sub(r"[?#].*", "", link, flags=re.DOTALL).rstrip("/")
    for sign, said in ((".", " dot "), ("/", " slash "), ("-", " dash "), ("_", " underscore "), ("+", " plus "),
                       ("~", " tilde "), (":", " ")):
        link = link.replace(sign, said)
    return re.sub(r"[^\w\s]+", " ", link)
