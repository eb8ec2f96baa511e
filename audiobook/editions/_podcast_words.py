"""What a podcast says beside the book, in the languages it knows; in English elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from audiobook.errors import EditionError
from audiobook.model import Book, Script
from audiobook.press.tags import clean

_KNOWN = ("title", "author", "narrator", "chapter", "number", "count")


@dataclass(frozen=True, slots=True)
class Words:
    """`last` is the outro of the last chapter; `about` stands where nobody described the book."""

    intro: str
    outro: str
    last: str
    disclosure: str
    about: str
    voices: str
    synthetic: str


def words_of(book: Book) -> Words:
    """The words for the book's language."""
    return LANGUAGES.get(book.language.split("-")[0].lower(), LANGUAGES["en"])


def disclosure(book: Book, options: Mapping[str, object]) -> str:
    """The sentence that says that the voices are synthetic; empty where an option says so."""
    told = options.get("disclosure")
    return words_of(book).disclosure if told is None else clean(str(told))


def spoken_words(book: Book, script: Script, options: Mapping[str, object], number: int) -> tuple[str, str]:
    """A chapter's intro and outro; the disclosure ends the outro, or the intro where there is no outro."""
    words = words_of(book)
    known = {"title": clean(book.title), "author": clean(book.details.author or ""),
             "narrator": clean(book.details.read_by or ""), "number": str(number), "count": str(len(script.titles)),
             "chapter": clean(script.titles[number - 1]) if number <= len(script.titles) else ""}
    closing = words.last if number == len(script.titles) else words.outro
    intro, outro = (filled(str(options.get(name) if options.get(name) is not None else standard), known)
                    for name, standard in (("intro", words.intro), ("outro", closing)))
    told = disclosure(book, options)
    if outro or not intro:
        return intro, f"{outro} {told}".strip()
    return f"{intro} {told}".strip(), ""


def filled(template: str, known: Mapping[str, str]) -> str:
    """The template with its words in braces filled in. A word nobody told goes, with the word and comma before
    it (", by {author}"). Raises EditionError at a word that is not known."""
    def word(match: re.Match[str]) -> str:
        name = match["name"].strip()
        if name not in known:
            raise EditionError(f"podcast: {{{clean(name)}}} is not known in intro and outro",
                               hint=f"use {', '.join('{' + each + '}' for each in _KNOWN)}")
        return f"{match['before']}{known[name]}" if known[name] else ""

    return clean(re.sub(r"(?P<before>(?:,? ?\w{1,12} )?)\{(?P<name>[^{}]*)\}", word, template))


LANGUAGES = {
    "en": Words("You are listening to {title}, by {author}. Part {number} of {count}.",
                "That was part {number} of {title}.",
                "That was the last part of {title}, by {author}. Thank you for listening.",
                "The voices in this recording are synthetic.",
                "{title}, by {author}, read aloud.", "With the voices of", "synthetic voice"),
    "de": Words("Sie hören {title}, von {author}. Teil {number} von {count}.",
                "Das war Teil {number} von {title}.",
                "Das war der letzte Teil von {title}, von {author}. Danke fürs Zuhören.",
                "Die Stimmen in dieser Aufnahme sind künstlich erzeugt.",
                "{title}, von {author}, vorgelesen.", "Mit den Stimmen von", "künstliche Stimme"),
    "fr": Words("Vous écoutez {title}, de {author}. Partie {number} sur {count}.",
                "C'était la partie {number} de {title}.",
                "C'était la dernière partie de {title}, de {author}. Merci de votre écoute.",
                "Les voix de cet enregistrement sont synthétiques.",
                "{title}, de {author}, lu à voix haute.", "Avec les voix de", "voix synthétique"),
    "es": Words("Está escuchando {title}, de {author}. Parte {number} de {count}.",
                "Ha escuchado la parte {number} de {title}.",
                "Ha escuchado la última parte de {title}, de {author}. Gracias por escuchar.",
                "Las voces de esta grabación son sintéticas.",
                "{title}, de {author}, en voz alta.", "Con las voces de", "voz sintética"),
    "it": Words("State ascoltando {title}, di {author}. Parte {number} di {count}.",
                "Avete ascoltato la parte {number} di {title}.",
                "Avete ascoltato l'ultima parte di {title}, di {author}. Grazie per l'ascolto.",
                "Le voci di questa registrazione sono sintetiche.",
                "{title}, di {author}, letto ad alta voce.", "Con le voci di", "voce sintetica"),
    "pt": Words("Está a ouvir {title}, de {author}. Parte {number} de {count}.",
                "Ouviu a parte {number} de {title}.",
                "Ouviu a última parte de {title}, de {author}. Obrigado por ouvir.",
                "As vozes desta gravação são sintéticas.",
                "{title}, de {author}, lido em voz alta.", "Com as vozes de", "voz sintética"),
    "nl": Words("U luistert naar {title}, van {author}. Deel {number} van {count}.",
                "Dit was deel {number} van {title}.",
                "Dit was het laatste deel van {title}, van {author}. Bedankt voor het luisteren.",
                "De stemmen in deze opname zijn synthetisch.",
                "{title}, van {author}, voorgelezen.", "Met de stemmen van", "synthetische stem"),
}
