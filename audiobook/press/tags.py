"""What a book's details say -> what tags hold: clean one-line text, sort names, ISO 639-2 language codes.

Shared by every edition that tags a file. Titles come from manuscripts, so nothing in them is trusted:
control characters and the marks that turn the direction of text are dropped, everything else survives.
"""

from __future__ import annotations

import unicodedata

_TURNS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF}

# ISO 639-1 -> ISO 639-2/T, the codes that MP4 (ISO/IEC 14496-12, mdhd) and ID3 (TLAN) want.
_TABLE = """
aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel
bg:bul bh:bih bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces
cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell en:eng eo:epo es:spa et:est eu:eus
fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau
he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk
io:ido is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan
ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit
lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya na:nau nb:nob
nd:nde ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss
pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd
se:sme sg:sag si:sin sk:slk sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe
sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi
ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha
zh:zho zu:zul
"""
_CODES = dict(pair.split(":") for pair in _TABLE.split())

_JOINS = {"and", "&", "with", "und", "et", "y", "jr", "sr", "ii", "iii", "iv",  # no surname comes last, or no person
          "cast", "company", "ensemble", "press", "books", "publishing", "studio", "studios", "voices"}
_PARTICLES = {"de", "da", "van", "von", "der", "den", "la", "le", "du"}
_LEADING = {"the", "a", "an", "der", "die", "das", "les", "el", "los", "las", "il", "het"}  # never a first name
_ARTICLES = {"en": ("the", "a", "an"), "de": ("der", "die", "das", "ein", "eine"),
             "fr": ("le", "la", "les", "un", "une"), "es": ("el", "la", "los", "las", "un", "una"),
             "it": ("il", "lo", "la", "i", "gli", "le", "un", "una"), "nl": ("de", "het", "een"),
             "pt": ("o", "a", "os", "as", "um", "uma")}


def language_code(bcp47: str) -> str:
    """The ISO 639-2/T code of a BCP 47 tag; `und` where there is none.

    >>> language_code("en-GB"), language_code("gsw"), language_code("x-elvish"), language_code("")
    ('eng', 'gsw', 'und', 'und')
    """
    first = bcp47.replace("_", "-").split("-")[0].strip().lower()
    if len(first) == 3 and first.isascii() and first.isalpha():
        return first
    return _CODES.get(first, "und")


def clean(text: str, lines: bool = False) -> str:
    """`text` as a tag may hold it: no control, turning or surrogate characters; on one line unless `lines`.

    >>> clean("The\\x00 End\\x1b[2J\\n of\\u202e It")
    'The End[2J of It'
    """
    kept = "".join(c for c in unicodedata.normalize("NFC", text)
                   if c in "\t\n" or not (unicodedata.category(c) in ("Cc", "Cs") or ord(c) in _TURNS))
    if lines:
        return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
    return " ".join(kept.split())


def cut(text: str, limit: int) -> bytes:
    """`text` as UTF-8 in at most `limit` bytes, cut between characters, an ellipsis where something is lost.

    >>> cut("naïve", 3), cut("ééé", 6)
    (b'\\xe2\\x80\\xa6', b'\\xc3\\xa9\\xc3\\xa9\\xc3\\xa9')
    """
    whole = text.encode()
    if len(whole) <= limit:
        return whole
    return whole[:limit - 3].decode(errors="ignore").rstrip().encode() + "…".encode()


def sort_title(title: str, language: str = "en") -> str:
    """The title as a shelf orders it.

    >>> sort_title("The Wind in the Willows"), sort_title("A", "en")
    ('Wind in the Willows, The', 'A')
    """
    first, _, rest = title.partition(" ")
    articles = _ARTICLES.get(language.split("-")[0].lower(), ())
    return f"{rest}, {first}" if rest and first.lower() in articles else title


def sort_name(name: str) -> str:
    """A person as a shelf orders them: surname first, where it is plain which it is; a group by its first word
    that is no article.

    >>> sort_name("Jane Austen"), sort_name("Homer"), sort_name("Austen, Jane"), sort_name("Anne and Tom Bo")
    ('Austen, Jane', 'Homer', 'Austen, Jane', 'Anne and Tom Bo')
    >>> sort_name("Ludwig van Beethoven"), sort_name("The Audiobook Makers"), sort_name("voices of many towns")
    ('van Beethoven, Ludwig', 'Audiobook Makers, The', 'voices of many towns')
    """
    words = name.split()
    if len(words) < 2 or "," in name:
        return name
    if words[0].lower() in _LEADING:
        return f"{' '.join(words[1:])}, {words[0]}"
    if any(word.lower().rstrip(".") in _JOINS for word in words):
        return name
    own = [word for word in words if word not in _PARTICLES]
    if not 2 <= len(own) <= 4 or own[0] != words[0] or not all(any(c.isupper() for c in word) for word in own):
        return name
    at = -1
    while -at < len(words) - 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return f"{' '.join(words[at:])}, {' '.join(words[:at])}"
