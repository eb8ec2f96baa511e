"""An XML tree in, bytes out. What XML 1.0 cannot hold is left out, wherever in the tree it came from."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

# https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_bytes(root: ET.Element, doctype: str = "") -> bytes:
    """The document, in UTF-8, with its declaration. Attributes and elements keep the order they were made in.

    >>> xml_bytes(ET.Element("a", b="<\\x00>"))
    b'<?xml version="1.0" encoding="UTF-8"?>\\n<a b="&lt;&gt;" />\\n'
    """
    for element in root.iter():
        element.text = element.text and fit(element.text)
        element.tail = element.tail and fit(element.tail)
        for name, value in element.attrib.items():
            element.set(name, fit(value))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' + (doctype + "\n" if doctype else "")
    return head.encode() + bytes(ET.tostring(root, encoding="utf-8", xml_declaration=False)) + b"\n"


def fit(text: str) -> str:
    """`text` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def child(parent: ET.Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None,
          ) -> ET.Element:
    """A new last child of `parent`."""
    element = ET.SubElement(parent, tag, attributes or {})
    element.text = text
    return element
