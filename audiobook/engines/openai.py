"""Words go to a server, sound comes back: any that speaks OpenAI's `/v1/audio/speech`.

Kokoro-FastAPI, Chatterbox, LocalAI and OpenAI itself do. Nothing but HTTP is needed. The key is read from the
environment when it is wanted and written nowhere; it is not sent on where a server points elsewhere.
"""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import IO, Any

from audiobook.engines._kokoro_names import offered
from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Pronoun, Voice
from audiobook.sounds import decoded

_TRIES = 4
_MOST = 256 * 2**20  # bytes of one answer
_OPENAI: tuple[tuple[str, Pronoun], ...] = (
    ("onyx", "he"), ("nova", "she"), ("fable", "he"), ("shimmer", "she"), ("echo", "he"), ("coral", "she"),
    ("ash", "he"), ("sage", "she"), ("ballad", "he"), ("alloy", "they"))


class OpenAI:
    """Options: `url` of the server up to `/v1`, `model`, `format` (pcm, wav, flac, mp3), `rate` of pcm,
    `key` (the name of the environment variable that holds the key), `timeout` in seconds, `parallel`.

    What a voice's own options hold (`instructions`, ...) is sent along.
    """

    def __init__(self, url: str = "http://127.0.0.1:8880/v1", model: str = "kokoro", format: str = "pcm",
                 rate: int = 24000, key: str = "OPENAI_API_KEY", timeout: float = 120.0,
                 parallel: int = 4) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise EngineError(f"{url!r} is not the address of a server",
                              hint="give engine-options a url such as http://127.0.0.1:8880/v1")
        self._url, self._model, self._format, self._rate = url.rstrip("/"), model, format, int(rate)
        self._key, self._timeout = key, float(timeout)
        self.parallel = max(1, int(parallel))
        self.patience = self._timeout * _TRIES + 60

    @property
    def version(self) -> str:
        return f"openai 1 {self._url} {self._model} {self._format} {self._rate}"

    def voices(self) -> tuple[OfferedVoice, ...]:
        """What the server lists; the voices of OpenAI's own where it lists none."""
        try:
            request = urllib.request.Request(self._url + "/audio/voices", headers=self._headers())
            with self._open(request, 3) as answer:
                listed = json.loads(answer.read(2**20))
        except (OSError, ValueError, HTTPException):
            listed = []
        if isinstance(listed, dict):
            listed = listed.get("voices", [])
        names = [one if isinstance(one, str) else one.get("id") or one.get("name") for one in listed
                 if isinstance(one, (str, dict))] if isinstance(listed, list) else []
        if names:
            return tuple(offered("openai", str(name)) for name in names if name)
        return tuple(OfferedVoice(Voice("openai", name), "", pronoun) for name, pronoun in _OPENAI)

    def speak(self, text: str, voice: Voice) -> Audio:
        asked: dict[str, Any] = dict(voice.options) | {
            "model": self._model, "input": text, "voice": voice.name, "response_format": self._format}
        if voice.rate is not None:
            asked["speed"] = round(min(4.0, max(0.25, voice.rate / 175)), 3)
        data = self._answer(json.dumps(asked).encode())
        if self._format == "pcm" and not (data[:4] == b"RIFF" and data[8:12] == b"WAVE"):
            if data[:1] in (b"{", b"<") and data.isascii():
                raise EngineError(f"the server sent no sound but: {_short(data)}")
            return Audio(data[:len(data) // 2 * 2], self._rate)
        try:
            return decoded(data)
        except ValueError:
            raise EngineError(f"the server sent no sound but: {_short(data)}") from None

    def _answer(self, body: bytes) -> bytes:
        wait = 1.0
        for last in range(_TRIES - 1, -1, -1):
            request = urllib.request.Request(self._url + "/audio/speech", body, self._headers())
            try:
                with self._open(request, self._timeout) as answer:
                    data = answer.read(_MOST + 1)
                if len(data) > _MOST:
                    raise EngineError("the server's answer does not end")
                return data
            except urllib.error.HTTPError as error:
                said = _short(error.read(500))
                if last and (error.code == 429 or error.code >= 500):
                    asked = error.headers.get("Retry-After", "")
                    wait = min(30.0, float(asked)) if asked.isdecimal() else wait
                else:
                    raise EngineError(f"the server refused ({error.code}): {said}",
                                      hint=self._hint(error.code)) from None
            except (OSError, HTTPException) as error:
                if not last:
                    reason = getattr(error, "reason", None) or error
                    raise EngineError(f"no answer from {self._url}: {reason or type(error).__name__}",
                                      hint="is the server running, and is its url in engine-options right?"
                                      ) from None
            time.sleep(wait)
            wait *= 2
        raise AssertionError("unreachable")

    def _hint(self, code: int) -> str:
        if code in (401, 403):
            return f"put your key into the environment variable {self._key}"
        return "see which models and voices the server has" if code in (400, 404, 422) else ""

    def _headers(self) -> dict[str, str]:
        key = os.environ.get(self._key, "")
        return {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})

    def _open(self, request: urllib.request.Request, timeout: float) -> IO[bytes]:
        answer: IO[bytes] = _OPENER.open(request, timeout=timeout)
        return answer


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a redirect would take the key along."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def _short(data: bytes) -> str:
    return " ".join(data[:200].decode("utf-8", "replace").split()) or "nothing"
