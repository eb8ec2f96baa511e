"""An EPUB 3.3 with Media Overlays: the book's text, and its sound, which lights up each phrase as it is said.

The times are our own: nothing is aligned, nothing is guessed. Each phrase lasts until the next one begins, so
that a reader that plays phrase after phrase plays the whole chapter, pauses and all.
Rules: https://www.w3.org/TR/epub-33/, https://www.w3.org/TR/epub-a11y-11/.
"""

from __future__ import annotations

import os
import re
import time
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import safe_name, scratch, whole
from audiobook.kit import Kit
from audiobook.model import NARRATOR, Book, ChapterMark, Option, Sound, Timeline
from audiobook.press import coding, encode, ilst, mp3, mp4
from audiobook.press.archive import entry, put_file
from audiobook.press.durations import clock
from audiobook.press.id3 import tag
from audiobook.press.phrases import ChapterText, Phrase, phrased, spans_ms
from audiobook.press.tags import clean, language_code
from audiobook.press.xmltree import child, xml_bytes

TITLE = "An EPUB 3 that lights up each phrase as it is said"
OPTIONS = (
    Option("format", "text", "m4a", "the sound inside: m4a (AAC) or mp3"),
    Option("bitrate", "number", 64, "in kilobits a second"),
)

_ACTIVE = "-epub-media-overlay-active"
_PLAYING = "-epub-media-overlay-playing"
_HUES = 12
_TYPES = {"m4a": "audio/mp4", "mp3": "audio/mpeg"}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A chapter in the book: its files are named for its number."""

    text: ChapterText
    spans: tuple[tuple[Phrase, int, int], ...]
    sound: str  # the file's suffix

    @property
    def name(self) -> str:
        return f"{self.text.number:04d}"

    @property
    def length_ms(self) -> int:
        return self.spans[-1][2] if self.spans else 0


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """One file, `Title.epub`."""
    form = str(kit.options.get("format") or "m4a")
    if form not in _TYPES:
        raise EditionError(f"readalong: there is no format {form!r}", hint="choose m4a or mp3")
    leaves = [_Leaf(text, spans_ms(text, timeline.rate), form) for text in phrased(kit.script, timeline)]
    if not leaves:
        raise EditionError("there is nothing to read along", hint="audiobook script shows every line")
    path = folder / f"{safe_name(book.title)}.epub"
    with whole(path) as draft, zipfile.ZipFile(draft, "x", allowZip64=True) as archive:
        def put(name: str, data: bytes, pack: bool = True) -> None:
            archive.writestr(entry(name, pack), data)

        put("mimetype", b"application/epub+zip", pack=False)
        put("META-INF/container.xml", _container())
        put("EPUB/package.opf", _package(book, leaves, kit))
        put("EPUB/nav.xhtml", _nav(book, leaves))
        put("EPUB/style.css", _STYLE.encode())
        if kit.cover:
            put("EPUB/cover.jpg", kit.cover, pack=False)
            put("EPUB/cover.xhtml", _cover(book))
        hues = {person.name: number for number, person in enumerate(kit.script.people)}
        for leaf in leaves:
            put(f"EPUB/text/{leaf.name}.xhtml", _text(book, leaf.text, hues))
            if leaf.spans:
                put(f"EPUB/overlay/{leaf.name}.smil", _overlay(leaf))
        read = {leaf.text.number for leaf in leaves if leaf.spans}
        for mark, file in _sounds(book, timeline, sound, form, folder, kit):
            if mark.number not in read:  # a chapter of nothing but sounds has nothing to light up
                continue
            put_file(archive, f"EPUB/sound/{mark.number:04d}.{form}", file)
    return (path,)


# ---------------------------------------------------------------- the sound


def _sounds(book: Book, timeline: Timeline, sound: Sound, form: str, folder: Path,
            kit: Kit) -> Iterator[tuple[ChapterMark, Path]]:
    """Each chapter's sound as a file, which is gone when the next is asked for."""
    name = "aac" if form == "m4a" else "mp3"
    rate = coding.near_rate(name, sound.rate)
    if rate != sound.rate:
        sound = sound.to(replace(kit.finish, rate=rate))
    kilobits = float(str(kit.options.get("bitrate") or 64))
    if form == "mp3":
        kilobits = min(mp3.bitrates(rate), key=lambda each: abs(each - kilobits))
    bits = round(min(kilobits, 6 * rate / 1000) * 1000)
    codec = coding.Codec("aac" if form == "m4a" else "mp3", rate, bits)
    parts = encode.chapters("readalong", timeline, sound, codec, kit)
    for mark, part in zip(timeline.chapters, parts, strict=True):
        with scratch(folder / f"readalong.{form}") as file:
            title = clean(mark.title) or f"Chapter {mark.number}"
            if form == "m4a":
                meta = ilst.meta(book.details, title=title)
                mp4.write_mp4(file, [part], (), meta, language_code(book.language), b"M4A ")
            else:
                mp3.write_mp3(file, [part], tag(book.details, title=title))
            yield mark, file


# ---------------------------------------------------------------- the package


def _container() -> bytes:
    root = ET.Element("container", {
        "version": "1.0", "xmlns": "urn:oasis:names:tc:opendocument:xmlns:container"})
    child(child(root, "rootfiles"), "rootfile", None,
          {"full-path": "EPUB/package.opf", "media-type": "application/oebps-package+xml"})
    return xml_bytes(root)


def _package(book: Book, leaves: Sequence[_Leaf], kit: Kit) -> bytes:
    root = ET.Element("package", {
        "xmlns": "http://www.idpf.org/2007/opf", "version": "3.0", "unique-identifier": "id",
        "xml:lang": _language(book)})
    metadata = child(root, "metadata", None, {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})
    _metadata(metadata, book, leaves, kit)
    manifest = child(root, "manifest")
    spine = child(root, "spine", None, {"page-progression-direction": "rtl"} if _from_right(book) else {})

    def item(name: str, href: str, kind: str, **more: str) -> None:
        child(manifest, "item", None, {"id": name, "href": href, "media-type": kind,
                                       **{key.replace("_", "-"): value for key, value in more.items()}})

    item("nav", "nav.xhtml", "application/xhtml+xml", properties="nav")
    item("style", "style.css", "text/css")
    if kit.cover:
        item("cover", "cover.jpg", "image/jpeg", properties="cover-image")
        item("cover-page", "cover.xhtml", "application/xhtml+xml")
        child(spine, "itemref", None, {"idref": "cover-page"})
    for leaf in leaves:
        name = leaf.name
        overlay = {"media_overlay": f"overlay-{name}"} if leaf.spans else {}
        item(f"text-{name}", f"text/{name}.xhtml", "application/xhtml+xml", **overlay)
        child(spine, "itemref", None, {"idref": f"text-{name}"})
        if leaf.spans:
            item(f"overlay-{name}", f"overlay/{name}.smil", "application/smil+xml")
            item(f"sound-{name}", f"sound/{name}.{leaf.sound}", _TYPES[leaf.sound])
    return xml_bytes(root)


def _metadata(parent: ET.Element, book: Book, leaves: Sequence[_Leaf], kit: Kit) -> None:
    details = book.details
    title, author = clean(book.title) or "Untitled", clean(details.author or "")
    identity = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((title, author, book.language)))

    def dc(name: str, text: str | None, **attributes: str) -> None:
        if text and (kept := clean(text)):
            child(parent, f"dc:{name}", kept, attributes)

    def meta(name: str, text: str, **attributes: str) -> None:
        child(parent, "meta", clean(text), {"property": name, **attributes})

    dc("identifier", f"urn:uuid:{identity}", id="id")
    isbn = re.sub(r"[\s-]", "", details.isbn or "")
    if re.fullmatch(r"\d{9}[\dXx]|\d{13}", isbn):
        dc("source", f"urn:isbn:{isbn}")
    dc("title", title, id="title")
    meta("title-type", "main", refines="#title")
    if clean(details.subtitle or ""):
        dc("title", details.subtitle, id="subtitle")
        meta("title-type", "subtitle", refines="#subtitle")
    dc("language", _language(book))
    if author:
        dc("creator", author, id="author")
        meta("role", "aut", refines="#author", scheme="marc:relators")
    narrator = clean(details.read_by or "") or f"{clean(kit.cast.narrator.name)} (synthetic voice)".strip()
    dc("contributor", narrator, id="narrator")
    meta("role", "nrt", refines="#narrator", scheme="marc:relators")
    dc("publisher", details.publisher)
    dc("description", details.description)
    dc("rights", details.copyright)
    dc("subject", details.genre)
    dc("date", f"{details.year:04d}" if details.year and 0 < details.year <= 9999 else None)
    if clean(details.series or ""):
        meta("belongs-to-collection", details.series or "", id="series")
        meta("collection-type", "series", refines="#series")
        if re.fullmatch(r"\d+(\.\d+)*", details.part or ""):
            meta("group-position", details.part or "", refines="#series")
    changed = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()))
    meta("dcterms:modified", time.strftime("%Y-%m-%dT%H:%M:%SZ", changed))
    for name in ("textual", "auditory"):
        meta("schema:accessMode", name)
    for name in ("textual,auditory", "textual", "auditory"):
        meta("schema:accessModeSufficient", name)
    for name in ("synchronizedAudioText", "tableOfContents", "readingOrder", "structuralNavigation",
                 "displayTransformability"):
        meta("schema:accessibilityFeature", name)
    meta("schema:accessibilityHazard", "none")
    meta("schema:accessibilitySummary",
         "The whole text is read aloud, and each phrase is highlighted as it is said. Chapters are headings "
         "and listed in the table of contents; there are no images but the cover.")
    for leaf in leaves:
        if leaf.spans:
            meta("media:duration", clock(leaf.length_ms), refines=f"#overlay-{leaf.name}")
    meta("media:duration", clock(sum(leaf.length_ms for leaf in leaves)))
    meta("media:narrator", narrator)
    meta("media:active-class", _ACTIVE)
    meta("media:playback-active-class", _PLAYING)


def _language(book: Book) -> str:
    known = re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", book.language)
    return book.language if known else "und"


def _from_right(book: Book) -> bool:
    return book.language.split("-")[0].lower() in ("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


# ---------------------------------------------------------------- the pages


def _page(book: Book, title: str, style: str) -> tuple[ET.Element, ET.Element]:
    """A page: its root and its body."""
    language = _language(book)
    root = ET.Element("html", {
        "xmlns": "http://www.w3.org/1999/xhtml", "xmlns:epub": "http://www.idpf.org/2007/ops",
        "xml:lang": language, "lang": language, **({"dir": "rtl"} if _from_right(book) else {})})
    head = child(root, "head")
    child(head, "meta", None, {"charset": "utf-8"})
    child(head, "title", clean(title) or "Untitled")
    child(head, "link", None, {"rel": "stylesheet", "type": "text/css", "href": style})
    return root, child(root, "body")


def _made(root: ET.Element) -> bytes:
    return xml_bytes(root, "<!DOCTYPE html>")


def _nav(book: Book, leaves: Sequence[_Leaf]) -> bytes:
    root, body = _page(book, book.title, "style.css")
    nav = child(body, "nav", None, {"epub:type": "toc", "role": "doc-toc", "aria-labelledby": "contents"})
    child(nav, "h1", clean(book.title) or "Untitled", {"id": "contents", "dir": "auto"})
    items = child(nav, "ol")
    for leaf in leaves:
        item = child(items, "li", None, {"dir": "auto"})
        child(item, "a", leaf.text.title, {"href": f"text/{leaf.name}.xhtml"})
    marks = child(body, "nav", None, {
        "epub:type": "landmarks", "hidden": "hidden", "aria-label": "Landmarks"})
    child(child(child(marks, "ol"), "li"), "a", leaves[0].text.title,
          {"epub:type": "bodymatter", "href": f"text/{leaves[0].name}.xhtml"})
    return _made(root)


def _cover(book: Book) -> bytes:
    root, body = _page(book, book.title, "style.css")
    section = child(body, "section", None, {"epub:type": "cover", "class": "cover"})
    child(section, "img", None, {"src": "cover.jpg", "role": "doc-cover",
                                 "alt": f"Cover: {clean(book.title) or 'Untitled'}"})
    return _made(root)


def _text(book: Book, chapter: ChapterText, hues: dict[str, int]) -> bytes:
    root, body = _page(book, chapter.title, "../style.css")
    section = child(body, "section", None, {"epub:type": "chapter", "role": "doc-chapter",
                                            "aria-labelledby": "heading"})
    heading = child(section, "h1", None, {"id": "heading", "dir": "auto"})
    if chapter.heading:
        _fill(heading, chapter.heading, hues)
    else:
        heading.text = chapter.title
    for scene in chapter.scenes:
        if scene is not chapter.scenes[0]:
            child(section, "hr")
        part = child(section, "section", None, {"id": f"scene{scene.number}"})
        for paragraph in scene.paragraphs:
            _fill(child(part, "p", None, {"dir": "auto"}), paragraph, hues)
    return _made(root)


def _fill(parent: ET.Element, phrases: Sequence[Phrase], hues: dict[str, int]) -> None:
    for phrase in phrases:
        speaker = phrase.line.speaker
        classes: list[str] = [phrase.line.kind]
        more = {}
        if speaker != NARRATOR:
            number = hues.get(speaker, 0)
            classes += [f"speaker-{number + 1}", f"hue-{number % _HUES + 1}"]
            more = {"data-speaker": clean(speaker), "title": clean(speaker)}
        span = child(parent, "span", phrase.text, {"id": phrase.name, "class": " ".join(classes), **more})
        span.tail = " " if phrase.blank else ""


def _overlay(leaf: _Leaf) -> bytes:
    text = f"../text/{leaf.name}.xhtml"
    root = ET.Element("smil", {"xmlns": "http://www.w3.org/ns/SMIL", "version": "3.0",
                               "xmlns:epub": "http://www.idpf.org/2007/ops"})
    body = child(root, "body", None, {"epub:textref": text})
    parent, inside = body, 0
    for phrase, begin, end in leaf.spans:
        scene = 0 if phrase.line.kind == "heading" else phrase.line.place.scene
        if scene != inside:
            parent, inside = child(body, "seq", None, {"epub:textref": f"{text}#scene{scene}"}), scene
        par = child(parent, "par", None, {"id": phrase.name})
        child(par, "text", None, {"src": f"{text}#{phrase.name}"})
        child(par, "audio", None, {"src": f"../sound/{leaf.name}.{leaf.sound}", "clipBegin": clock(begin),
                                   "clipEnd": clock(end)})
    return xml_bytes(root)


_COLOURS = ("#c0392b", "#2471a3", "#1e8449", "#b7950b", "#8e44ad", "#ca6f1e", "#148f77", "#d6336c", "#5b6ee1",
            "#7d8b2a", "#a0522d", "#5f7d8c")
_STYLE = f"""\
body {{ margin: 5% 7%; line-height: 1.5; }}
h1 {{ font-size: 1.5em; line-height: 1.25; margin: 1.5em 0 1.2em; }}
p {{ margin: 0; text-indent: 1.3em; }}
section > p:first-child {{ text-indent: 0; }}
hr {{ border: 0; margin: 1.6em auto; text-align: center; }}
hr::before {{ content: "\\2042"; }}
nav ol {{ list-style: none; padding: 0; }}
nav li {{ margin: 0.5em 0; }}
.cover {{ text-align: center; }}
.cover img {{ max-width: 100%; max-height: 95vh; }}
.thought {{ font-style: italic; }}
.{_ACTIVE} {{ background-color: #ffe9a3; color: #111; }}
@media (prefers-color-scheme: dark) {{ .{_ACTIVE} {{ background-color: #5c4a00; color: #fff; }} }}
""" + "".join(
    f".hue-{number} {{ text-decoration: underline dotted {colour} 1px; text-underline-offset: 0.25em; }}\n"
    for number, colour in enumerate(_COLOURS, 1))
