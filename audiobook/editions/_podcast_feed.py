"""Book, script and options -> the feed of a podcast, all but its files; and the guids of its episodes."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

from audiobook.editions._podcast_words import disclosure, filled, words_of
from audiobook.errors import EditionError
from audiobook.events import Noticed
from audiobook.kit import Kit
from audiobook.markup import plain
from audiobook.model import NARRATOR, Book, Line, Problem, Script, Timeline
from audiobook.press import rss
from audiobook.press.tags import clean

_OPENING = 16  # words of a chapter that make its guid
_MOST_CREDITS = 60


def feed_of(book: Book, kit: Kit) -> rss.Feed:
    """All of the feed but its episodes. Raises EditionError where an option cannot be meant."""
    details, options = book.details, kit.options
    category = tuple(part.strip() for part in str(options.get("category") or "Arts / Books").split("/"))
    if category[0] not in rss.CATEGORIES or len(category) > 2:
        raise EditionError(f"podcast: there is no category {' / '.join(category)!r}",
                           hint=f"begin with one of: {', '.join(rss.CATEGORIES)}")
    part = details.part or ""
    season = int(number_of(kit, "season") or (part if part.isdecimal() and part.isascii() else 0)) or 1
    base = rss.base_address(str(options["base-url"])) if options.get("base-url") else ""
    described = "\n\n".join(each for each in (
        clean(details.description or "", lines=True) or filled(words_of(book).about, {
            "title": clean(book.title), "author": clean(details.author or "")}),
        disclosure(book, options)) if each)
    language = book.language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", book.language) else "und"
    return rss.Feed(
        book.title, described, details.author or "", language.lower(), details.copyright or "", category,
        bool(options.get("explicit")), bool(options.get("complete")), bool(options.get("block")), season,
        details.series or book.title, str(options.get("owner") or details.author or ""),
        str(options.get("email") or ""), base, "artwork.jpg", credits_of(book, kit, kit.script.lines), ())


def first_day(book: Book, base: str, kit: Kit) -> datetime:
    """When the first episode is published: the day that an option says, else the first of the book's year.
    Never today: the same book makes the same feed."""
    told = kit.options.get("published")
    if told:
        try:
            day = date.fromisoformat(str(told).strip())
        except ValueError:
            raise EditionError(f"podcast: published {clean(str(told))!r} is no day",
                               hint="write it like 2026-11-22") from None
    else:
        year = book.details.year or 0
        day = date(year if 2000 <= year <= 2100 else 2000, 1, 1)
        if base:
            kit.watch(Noticed(Problem(
                "podcast-published", f"the first episode is dated {day}, because voices.yaml does not say its day",
                hint="write published: 2026-11-22, or the like, under podcast", severity="note")))
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


def credits_of(book: Book, kit: Kit, lines: Sequence[Line]) -> tuple[rss.Credit, ...]:
    """Author, narrator, and a voice for everybody who speaks in `lines`, those who speak most first."""
    synthetic = words_of(book).synthetic if disclosure(book, kit.options) else ""

    def voiced(name: str, *told: str) -> str:
        more = ", ".join(each for each in (*map(clean, told), synthetic) if each)
        return f"{clean(name)} ({more})" if more else clean(name)

    made = [rss.Credit(book.details.author or "", "author", "writing"),
            rss.Credit(book.details.read_by or voiced(kit.cast.narrator.name), "narrator", "cast")]
    for speaker, _ in Counter(line.speaker for line in lines if line.speaker != NARRATOR).most_common(_MOST_CREDITS):
        voice = kit.cast.voice(speaker)
        if voice is not None:
            made.append(rss.Credit(voiced(speaker, voice.name), "voice actor", "cast"))
    return tuple(made)


def guids_of(book: Book, script: Script, timeline: Timeline, titles: Sequence[str],
             before: Sequence[tuple[str, str]]) -> list[str]:
    """Each chapter's guid: from its opening words; or, where the last feed does not know that one, the one that
    it has for an episode of the same title that is not among these."""
    whole = uuid.uuid5(uuid.NAMESPACE_URL, f"{clean(book.title)}\n{clean(book.details.author or '')}")
    openings: Counter[str] = Counter()
    made = []
    for mark in timeline.chapters:
        opening = _opening(script, mark.number)
        openings[opening] += 1
        made.append(str(uuid.uuid5(whole, f"{opening}\n{openings[opening]}")))
    old = {guid for guid, _ in before}
    free = {title: guid for guid, title in reversed(before) if guid not in made}
    for index, (guid, title) in enumerate(zip(made, titles, strict=True)):
        if guid not in old and title in free:
            made[index] = free.pop(title)
    return made


def _opening(script: Script, chapter: int) -> str:
    """The first words of a chapter, as letters and digits alone; the heading's where it has no others."""
    lines = [line for line in script.lines if line.place.chapter == chapter]
    for kept in ([line for line in lines if line.kind != "heading"], lines):
        words: list[str] = []
        for line in kept:
            words += re.findall(r"\w+", plain(line.text).casefold())
            if len(words) >= _OPENING:
                break
        if words:
            return " ".join(words[:_OPENING])
    return ""


def teaser(lines: Sequence[Line], book: Book, kit: Kit) -> str:
    """How the chapter begins, who speaks in it, and that the voices are synthetic."""
    begin = shortened(clean(" ".join(plain(line.text) for line in lines[:40] if line.kind != "heading")), 280)
    voices = ", ".join(dict.fromkeys(clean(line.speaker) for line in lines if line.speaker != NARRATOR))
    told = (begin, f"{words_of(book).voices}: {voices}." if voices else "", disclosure(book, kit.options))
    return "\n\n".join(part for part in told if part)


def shortened(text: str, limit: int) -> str:
    """`text`, or as many of its first words as go into `limit` characters."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:\u2014-") + "\u2026"


def number_of(kit: Kit, name: str) -> float:
    """An option that is a number; 0 where it is not told."""
    value = kit.options.get(name)
    return float(str(value)) if isinstance(value, (int, float, str)) and str(value) else 0.0
