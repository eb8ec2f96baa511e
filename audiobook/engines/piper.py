"""Words go in, a Piper voice comes out.

Needs `pip install "audiobook[piper]"` and a folder of voices, each of them NAME.onnx and NAME.onnx.json.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Voice


class Piper:
    """Options: `models`, the folder where the voices lie. A voice's name is its file's, without `.onnx`.

    A voice with several speakers takes the option `speaker` (a number or a name).
    """

    patience = 120.0

    def __init__(self, models: str = "voices") -> None:
        if importlib.util.find_spec("piper") is None:
            raise EngineError("the piper engine is not installed", hint='pip install "audiobook[piper]"')
        self._models = Path(models).expanduser()
        self._loaded: dict[str, Any] = {}

    @property
    def version(self) -> str:
        try:
            return f"piper 1 {version('piper-tts')}"
        except PackageNotFoundError:
            return "piper 1"

    def fingerprint(self, voice: Voice) -> str:
        """Tells this voice's model from another of the same name, without reading all of it."""
        path = self._path(voice)
        config = path.with_name(path.name + ".json").read_bytes()
        with path.open("rb") as file:
            head = file.read(65536)
            file.seek(max(0, path.stat().st_size - 65536))
            tail = file.read()
        return hashlib.sha256(b"%d " % path.stat().st_size + config + head + tail).hexdigest()

    def voices(self) -> tuple[OfferedVoice, ...]:
        if not self._models.is_dir():
            return ()
        return tuple(OfferedVoice(Voice("piper", path.stem), _language(path))
                     for path in sorted(self._models.glob("*.onnx")))

    def speak(self, text: str, voice: Voice) -> Audio:
        from piper import SynthesisConfig

        model = self._model(voice)
        speaker: Any = dict(voice.options).get("speaker")
        if isinstance(speaker, str):
            speaker = model.config.speaker_id_map.get(speaker)
        chunks = list(model.synthesize(text, SynthesisConfig(
            speaker_id=speaker, length_scale=175 / voice.rate if voice.rate else None)))
        if not chunks:
            raise EngineError(f"piper said nothing for {text[:40]!r}")
        return Audio(b"".join(chunk.audio_int16_bytes for chunk in chunks), chunks[0].sample_rate)

    def _model(self, voice: Voice) -> Any:
        if voice.name not in self._loaded:
            from piper import PiperVoice

            path = self._path(voice)
            try:
                self._loaded[voice.name] = PiperVoice.load(path)
            except Exception as error:
                raise EngineError(f"piper cannot load {path}: {error}") from error
        return self._loaded[voice.name]

    def _path(self, voice: Voice) -> Path:
        path = self._models / f"{voice.name}.onnx"
        if (Path(voice.name).name != voice.name or not path.is_file()
                or not path.with_name(path.name + ".json").is_file()):
            there = ", ".join(offered.voice.name for offered in self.voices())
            raise EngineError(f"piper has no voice {voice.name!r} in {self._models}",
                              hint=f"there are: {there}" if there else
                              "get one with: python -m piper.download_voices en_GB-alba-medium")
        return path


def _language(path: Path) -> str:
    try:
        told = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
        return str(told.get("language", {}).get("code", "")).replace("_", "-")
    except (OSError, ValueError, AttributeError):
        return ""
