"""Words go in, a Kokoro voice comes out. Needs `pip install "audiobook[kokoro]"` and its two files."""

from __future__ import annotations

import hashlib
import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from audiobook.engines._kokoro_names import language, offered
from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Voice

_NAMES = ("bm_george", "bf_emma", "am_michael", "af_heart", "bm_fable", "bf_isabella", "am_fenrir",
          "af_bella", "bm_lewis", "bf_alice", "am_puck", "af_nicole", "bm_daniel", "bf_lily", "am_onyx",
          "af_sarah")


class Kokoro:
    """Options: `model` (the .onnx file), `styles` (the voices' .bin file)."""

    patience = 180.0

    def __init__(self, model: str = "kokoro-v1.0.onnx", styles: str = "voices-v1.0.bin") -> None:
        if importlib.util.find_spec("kokoro_onnx") is None:
            raise EngineError("the kokoro engine is not installed", hint='pip install "audiobook[kokoro]"')
        self._files = (Path(model).expanduser(), Path(styles).expanduser())
        self._loaded: Any = None
        self._print = ""

    @property
    def version(self) -> str:
        try:
            return f"kokoro 1 {version('kokoro-onnx')}"
        except PackageNotFoundError:
            return "kokoro 1"

    def fingerprint(self, voice: Voice) -> str:
        """Tells the model and the styles from others of the same name, without reading all of them."""
        if not self._print:
            told = hashlib.sha256()
            for path in self._there():
                with path.open("rb") as file:
                    told.update(b"%d " % path.stat().st_size + file.read(65536))
                    file.seek(max(0, path.stat().st_size - 65536))
                    told.update(file.read())
            self._print = told.hexdigest()
        return self._print

    def voices(self) -> tuple[OfferedVoice, ...]:
        return tuple(offered("kokoro", name) for name in _NAMES)

    def speak(self, text: str, voice: Voice) -> Audio:
        import numpy as np

        model = self._model()
        known = list(model.get_voices())
        if voice.name not in known:
            raise EngineError(f"kokoro has no voice {voice.name!r}", hint=f"there are: {', '.join(known)}")
        speed = min(2.0, max(0.5, (voice.rate or 175) / 175))
        samples, rate = model.create(text, voice=voice.name, speed=speed, lang=language(voice.name))
        loud = np.clip(np.asarray(samples, np.float32).reshape(-1), -1.0, 1.0)
        return Audio(np.round(loud * 32767).astype("<i2").tobytes(), int(rate))

    def _model(self) -> Any:
        if self._loaded is None:
            from kokoro_onnx import Kokoro as Model

            model, styles = self._there()
            try:
                self._loaded = Model(str(model), str(styles))
            except Exception as error:
                raise EngineError(f"kokoro cannot load {model}: {error}") from error
        return self._loaded

    def _there(self) -> tuple[Path, Path]:
        for path in self._files:
            if not path.is_file():
                raise EngineError(f"kokoro's file {path} is not there",
                                  hint="get kokoro-v1.0.onnx and voices-v1.0.bin from the releases of "
                                       "kokoro-onnx, and name them in engine-options (model, styles)")
        return self._files
