"""A W3C Audiobook: the publication manifest, MP3 chapters, cover and contents page in one package (LPF).

Rules: https://www.w3.org/TR/audiobooks/, https://www.w3.org/TR/pub-manifest/, https://www.w3.org/TR/lpf/.
A package has `publication.json` and its entry page `index.html` at its root; what is compressed already
is stored, so that a server can send ranges of it.
"""

from __future__ import annotations

import json
import re
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import safe_name, scratch, whole
from audiobook.kit import Kit
from audiobook.model import Book, Option, Sound, Timeline
from audiobook.press import encode, id3, mp3
from audiobook.press.archive import entry, put_file
from audiobook.press.durations import iso_duration, milliseconds, short_clock
from audiobook.press.tags import clean
from audiobook.press.tracks import tracks
from audiobook.press.xmltree import child, xml_bytes

TITLE = "A W3C Audiobooks package (LPF), as some stores take it"
OPTIONS = (
    Option("bitrate", "number", 64, "constant bitrate of the MP3 chapters in kilobits a second"),
)


@dataclass(frozen=True, slots=True)
class _Chapter:
    title: str
    file: str
    length_ms: int


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """One file, `Title.lpf`."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    codec = mp3.codec(sound.rate, kit.options.get("bitrate"), "lpf")
    parts = encode.chapters("lpf", timeline, sound, codec, kit)
    listed = tracks(book, kit.script, timeline, folder)
    chapters = [_Chapter(track.title, f"audio/{track.number:04d}.mp3", milliseconds(part.frames, codec.rate))
                for track, part in zip(listed, parts, strict=True)]
    path = folder / f"{safe_name(book.title)}.lpf"
    with (whole(path) as draft, scratch(folder / "lpf.mp3") as sounds,
          zipfile.ZipFile(draft, "x", allowZip64=True) as archive):
        archive.writestr(entry("publication.json", True), _manifest(book, chapters, kit))
        archive.writestr(entry("index.html", True), _page(book, chapters, bool(kit.cover)))
        if kit.cover:
            archive.writestr(entry("cover.jpg", False), kit.cover)
        for chapter, track, part in zip(chapters, listed, parts, strict=True):
            mp3.write_mp3(sounds, [part], id3.tag(
                book.details, title=chapter.title, album=book.title, track=(track.number, track.count),
                length_ms=chapter.length_ms))
            put_file(archive, chapter.file, sounds)
    return (path,)


def _manifest(book: Book, chapters: Sequence[_Chapter], kit: Kit) -> str:
    details = book.details
    title, language = clean(book.title) or "Untitled", _language(book)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("lpf", title, clean(details.author or ""), language)))
    from_right = language.split("-")[0].lower() in ("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
    told: dict[str, object] = {
        "@context": ["https://schema.org", "https://www.w3.org/ns/pub-context",
                     {"language": language, "direction": "rtl" if from_right else "ltr"}],
        "conformsTo": "https://www.w3.org/TR/audiobooks/",
        "type": "Audiobook",
        "id": f"urn:uuid:{identity}",
        "name": title,
        "inLanguage": [language],
        "readingProgression": "rtl" if from_right else "ltr",
        "readBy": clean(details.read_by or "") or f"{clean(kit.cast.narrator.name)} (synthetic voice)",
        "abridged": False,
        "accessMode": ["auditory"],
        "accessModeSufficient": [{"type": "ItemList", "itemListElement": ["auditory"]}],
        "accessibilityFeature": ["tableOfContents", "readingOrder"],
        "accessibilityHazard": ["noFlashingHazard", "noMotionSimulationHazard"],
        "accessibilitySummary": "The whole book is read aloud; chapters are listed in the table of contents.",
        "duration": iso_duration(sum(chapter.length_ms for chapter in chapters)),
    }
    for name, text in (("author", details.author), ("publisher", details.publisher),
                       ("description", details.description), ("genre", details.genre),
                       ("copyrightNotice", details.copyright), ("alternativeHeadline", details.subtitle)):
        if text and clean(text):
            told[name] = clean(text)
    isbn = re.sub(r"[\s-]", "", details.isbn or "")
    if re.fullmatch(r"\d{9}[\dXx]|\d{13}", isbn):
        told["isbn"] = isbn
    if details.year and 0 < details.year <= 9999:
        told["datePublished"] = f"{details.year:04d}-01-01"  # a whole day is asked for
    if clean(details.series or ""):
        told["isPartOf"] = {"type": "BookSeries", "name": clean(details.series or ""),
                            **({"position": clean(details.part)} if details.part else {})}
    told["readingOrder"] = [
        {"type": "LinkedResource", "url": chapter.file, "encodingFormat": "audio/mpeg", "name": chapter.title,
         "duration": iso_duration(chapter.length_ms)} for chapter in chapters]
    resources: list[dict[str, object]] = [
        {"type": "LinkedResource", "rel": "contents", "url": "index.html", "encodingFormat": "text/html",
         "name": title}]
    if kit.cover:
        resources.append({"type": "LinkedResource", "rel": "cover", "url": "cover.jpg",
                          "encodingFormat": "image/jpeg", "name": title})
    told["resources"] = resources
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _page(book: Book, chapters: Sequence[_Chapter], cover: bool) -> bytes:
    """The entry page: the table of contents, and a page that can be read where nobody knows the manifest."""
    title, author = clean(book.title) or "Untitled", clean(book.details.author or "")
    root = ET.Element("html", {"lang": _language(book), "xmlns": "http://www.w3.org/1999/xhtml"})
    head = child(root, "head")
    child(head, "meta", None, {"charset": "utf-8"})
    child(head, "meta", None, {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    child(head, "title", title)
    child(head, "link", None, {"rel": "publication", "href": "publication.json"})
    style = "body{font:1.1em/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto;padding:0 1em}"
    child(head, "style", style + "img{max-width:16em}")
    body = child(root, "body")
    if cover:
        child(body, "img", None, {"src": "cover.jpg", "alt": f"Cover: {title}"})
    child(body, "h1", title, {"dir": "auto"})
    if author:
        child(body, "p", author, {"dir": "auto"})
    items = child(child(body, "nav", None, {"role": "doc-toc", "aria-label": title}), "ol")
    for chapter in chapters:
        item = child(items, "li", None, {"dir": "auto"})
        child(item, "a", chapter.title, {"href": chapter.file})
        child(item, "small", f" {short_clock(round(chapter.length_ms / 1000))}")
    return xml_bytes(root, "<!DOCTYPE html>").split(b"\n", 1)[1]  # HTML has no XML declaration


def _language(book: Book) -> str:
    return book.language if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", book.language) else "und"
