"""A podcast's feed -> RSS 2.0 with the tags of Apple and of Podcasting 2.0, and what a feed of ours said before.

Rules: https://www.rssboard.org/rss-specification, Apple's "A podcaster's guide to RSS",
https://github.com/Podcastindex-org/podcast-namespace (tags by name in docs/1.0.md).
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from audiobook.errors import EditionError
from audiobook.press.tags import clean, cut
from audiobook.press.xmltree import child, xml_bytes

FILE = "feed.xml"

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # of podcast:guid, by its specification
_LONGEST = 4000  # bytes of a description that Apple reads
_LARGEST = 20 << 20  # bytes of a feed of ours that is read back

# Apple's: https://podcasters.apple.com/support/1691-apple-podcasts-categories
CATEGORIES = ("Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History",
              "Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science",
              "Society & Culture", "Sports", "TV & Film", "Technology", "True Crime")


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody who made it; role and group are words of podcasttaxonomy.com."""

    name: str
    role: str
    group: str


@dataclass(frozen=True, slots=True)
class Episode:
    """`file`, `transcript` and `chapters` are names in the feed's folder; `size` in bytes, `seconds` of sound."""

    number: int
    title: str
    guid: str
    published: datetime
    description: str
    file: str
    kind: str
    size: int
    seconds: int
    transcript: str
    chapters: str
    credits: tuple[Credit, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """`base` is the address of the folder that the feed lies in, ending in a slash; empty for a preview whose
    addresses are relative."""

    title: str
    description: str
    author: str
    language: str
    copyright: str
    category: tuple[str, ...]
    explicit: bool
    complete: bool
    block: bool
    season: int
    series: str
    owner: str
    email: str
    base: str
    artwork: str
    credits: tuple[Credit, ...]
    episodes: tuple[Episode, ...]


def base_address(text: str) -> str:
    """`text` as the address of a folder, ending in a slash. Raises EditionError where it is none."""
    hint = "write the address of the folder as a browser shows it, like https://example.org/my-book/"
    try:
        parts = urlsplit(clean(text))
        port = parts.port
    except ValueError:
        raise EditionError(f"podcast: base-url {text!r} is no address", hint=hint) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or port == 0:
        raise EditionError(f"podcast: base-url {clean(text)!r} is not the address of a folder", hint=hint)
    if parts.username or parts.password:
        raise EditionError("podcast: base-url holds a user name or password, which the feed would publish",
                           hint="leave it out")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}/"


def podcast_guid(address: str) -> str:
    """The feed's podcast:guid, which is the same in every directory.

    >>> podcast_guid("https://podnews.net/rss/")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid.uuid5(_NAMESPACE, address.split("://", 1)[-1].rstrip("/")))


def feed_bytes(feed: Feed) -> bytes:
    """The feed. The same feed makes the same bytes."""
    def at(name: str) -> str:
        return feed.base + quote(name)

    root = ET.Element("rss", {
        "version": "2.0", "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "xmlns:podcast": "https://podcastindex.org/namespace/1.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = child(root, "channel")
    child(channel, "title", clean(feed.title))
    child(channel, "link", feed.base or FILE)
    if feed.base:
        child(channel, "atom:link", None, {"href": at(FILE), "rel": "self", "type": "application/rss+xml"})
    child(channel, "description", _description(feed.description))
    child(channel, "language", feed.language)
    if clean(feed.copyright):
        child(channel, "copyright", clean(feed.copyright))
    child(channel, "generator", "audiobook")
    child(channel, "lastBuildDate", format_datetime(max(each.published for each in feed.episodes)))
    image = child(channel, "image")
    child(image, "url", at(feed.artwork))
    child(image, "title", clean(feed.title))
    child(image, "link", feed.base or FILE)
    child(channel, "itunes:image", None, {"href": at(feed.artwork)})
    if clean(feed.author):
        child(channel, "itunes:author", clean(feed.author))
    if clean(feed.email):
        owner = child(channel, "itunes:owner")
        child(owner, "itunes:name", clean(feed.owner or feed.author))
        child(owner, "itunes:email", clean(feed.email))
        child(channel, "podcast:locked", "yes", {"owner": clean(feed.email)})
    category = channel
    for name in feed.category[:2]:
        category = child(category, "itunes:category", None, {"text": clean(name)})
    child(channel, "itunes:explicit", _truth(feed.explicit))
    child(channel, "itunes:type", "serial")
    if feed.complete:
        child(channel, "itunes:complete", "Yes")
    if feed.block:
        child(channel, "itunes:block", "Yes")
    child(channel, "podcast:guid", podcast_guid(feed.base + FILE if feed.base else f"preview/{feed.title}"))
    child(channel, "podcast:medium", "audiobook")
    if feed.block:
        child(channel, "podcast:block", "yes")
    _credits(channel, feed.credits)
    for episode in feed.episodes:
        _item(child(channel, "item"), feed, episode, at(episode.file), at(episode.transcript), at(episode.chapters))
    return xml_bytes(root)


def _item(item: ET.Element, feed: Feed, episode: Episode, file: str, transcript: str, chapters: str) -> None:
    child(item, "title", clean(episode.title))
    child(item, "guid", episode.guid, {"isPermaLink": "false"})
    child(item, "pubDate", format_datetime(episode.published))
    child(item, "description", _description(episode.description))
    child(item, "enclosure", None, {"url": file, "length": str(episode.size), "type": episode.kind})
    child(item, "itunes:duration", str(episode.seconds))
    child(item, "itunes:season", str(feed.season))
    child(item, "itunes:episode", str(episode.number))
    child(item, "itunes:episodeType", "full")
    child(item, "itunes:explicit", _truth(feed.explicit))
    child(item, "podcast:season", str(feed.season), {"name": clean(feed.series)[:128]} if clean(feed.series) else {})
    child(item, "podcast:episode", str(episode.number))
    child(item, "podcast:transcript", None, {"url": transcript, "type": "text/vtt", "language": feed.language,
                                             "rel": "captions"})
    child(item, "podcast:chapters", None, {"url": chapters, "type": "application/json+chapters"})
    _credits(item, episode.credits)


def _credits(parent: ET.Element, credits: tuple[Credit, ...]) -> None:
    for credit in credits:
        if name := clean(credit.name)[:128].strip():
            child(parent, "podcast:person", name, {"role": credit.role, "group": credit.group})


def _description(text: str) -> str:
    return cut(clean(text, lines=True), _LONGEST).decode()


def _truth(value: bool) -> str:
    return "true" if value else "false"


def said_before(path: Path) -> tuple[tuple[str, str], ...]:
    """The guid and title of each episode of the feed at `path`, in order; none where there is no feed of ours."""
    try:
        if path.stat().st_size > _LARGEST:
            return ()
        root = ET.fromstring(path.read_bytes())
    except (OSError, ET.ParseError, ValueError, LookupError):
        return ()
    items = ((clean(item.findtext("guid") or ""), clean(item.findtext("title") or "")) for item in root.iter("item"))
    return tuple((guid, title) for guid, title in items if guid)
