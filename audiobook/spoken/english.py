"""English as written -> English as said: numbers, money, times, dates, Roman numerals, abbreviations, capitals.

Rules err on the side of leaving text alone: `I` is the pronoun and never a numeral, a word in capitals is a word.
"""

from __future__ import annotations

import re

from audiobook.spoken import figures, numbers
from audiobook.text import headings

_NEEDS = re.compile(r"[0-9$£€¥¢%°§@#½¼¾⅓⅔⅛⅜⅝⅞]|[A-Z][A-Z]|[A-Za-z]\.(?!\.|\Z|[\"'”’)]*\Z| [a-z]{2})"
                    r"|\b(?:[Ee]tc|Mr|Mrs|Ms|Dr|St|vs?|Esq|Jr|Sr|Co|[ap]\.m)\b|&"
                    r"|\b[IVXLC]+\b(?<!\bI)|\AI\.?\Z")

_SHORT_MONTHS = {"Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
                 "Aug": "August", "Sept": "September", "Sep": "September", "Oct": "October", "Nov": "November",
                 "Dec": "December"}

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
        text = _STREET.sub(lambda m: "Street" + figures.stop(text, m.end()), text)
    if figures.DIGIT.search(text) is not None:
        text = figures.said(text)
    text = _CAPITALS.sub(_capitals, text) if _TWO_CAPITALS.search(text) else text
    return _SYMBOL.sub(_symbol, text) if _SYMBOL.search(text) else text


_TWO_CAPITALS = re.compile(r"[A-Z]['’]?[A-Z]")
_SYMBOL = re.compile(r"\s?([&@%°§$£€¥¢+=×÷#≈±−™®©№])\s?")
_NAMES = {"&": "and", "@": "at", "%": "percent", "°": "degrees", "§": "section", "$": "dollars", "£": "pounds",
          "€": "euros", "¥": "yen", "¢": "cents", "+": "plus", "=": "equals", "×": "times", "÷": "divided by",
          "#": "", "≈": "about", "±": "plus or minus", "−": "minus", "™": "", "®": "", "©": "copyright", "№": "number"}


def _symbol(found: re.Match[str]) -> str:
    return f" {_NAMES[found[1]]} " if _NAMES[found[1]] else " "


# ---------------------------------------------------------------- abbreviations


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
        return "Drive" + figures.stop(text, found.end())
    if word in _TITLES:
        return _TITLES[word] + blank
    if word in _BEFORE_NAMES and follows.isupper() and found["blank"] and word != "Sr":
        return _BEFORE_NAMES[word]
    if word in ("vs", "viz", "cf", "approx"):
        return _ANYWHERE[word] + blank
    if word in _ANYWHERE:
        if word in ("Co", "Jr", "Sr", "Esq") and not re.match(r"\W*\Z", text[found.end():found.end() + 9]):
            return _ANYWHERE[word] + blank
        return _ANYWHERE[word] + (figures.stop(text, found.end()) or blank)
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
