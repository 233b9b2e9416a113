"""A model is converted once for the same model and data."""

import sys
from pathlib import Path

import numpy as np
import pytest

from tinyq.errors import TinyqError
from tinyq.frontend import quantize as quantizing
from tinyq.frontend.conversion_cache import Quantized, cache_key, read_entry, write_entry
from tinyq.ir.graph import Scheme

MODEL = Path("m.keras")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def quantized_as(name: str) -> Quantized:
    return Quantized(name.encode() * 3, b"\0\n" + name.encode(), ("a warning",))


def conversions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    def convert(model: Path, data: str, raw: object, report: object, scheme: Scheme) -> Quantized:
        done.append(str(model))
        return quantized_as(f"{len(done)}")

    monkeypatch.setattr(quantizing, "_quantize", convert)
    monkeypatch.setattr(quantizing, "require_integers", lambda *_: None)  # what is converted here is no model
    return done


def quantize_here(data: str = "d.npz", scheme: Scheme = "int8") -> Quantized:
    return quantizing.quantize_cached(MODEL, data, report=lambda _: None, scheme=scheme, cache=Path("cache"))


def test_the_same_model_and_data_are_converted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    done = conversions(monkeypatch)
    MODEL.write_text("a model")
    np.savez("d.npz", x=np.zeros(3))
    assert quantize_here() == quantize_here() == quantized_as("1")
    MODEL.write_text("b model")
    assert quantize_here() == quantized_as("2")
    np.savez("d.npz", x=np.ones(3))
    assert quantize_here() == quantized_as("3")
    assert len(done) == 3


def test_each_scheme_is_converted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    done = conversions(monkeypatch)
    MODEL.write_text("a model")
    np.savez("d.npz", x=np.zeros(3))
    assert quantize_here() != quantize_here(scheme="int16x8")
    assert quantize_here(scheme="int16x8") == quantized_as("2")
    assert len(done) == 2


def test_a_function_is_asked_again_and_converted_only_if_its_data_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    done = conversions(monkeypatch)
    MODEL.write_text("a model")
    Path("cached_samples.py").write_text("VALUE = 1\ndef samples():\n    yield [VALUE, 2]\n")
    try:
        assert quantize_here("cached_samples:samples") == quantize_here("cached_samples:samples")
        monkeypatch.setattr("cached_samples.VALUE", 3)
        quantize_here("cached_samples:samples")
    finally:
        del sys.modules["cached_samples"]
    assert len(done) == 2


@pytest.mark.parametrize("damage", [slice(0, 0), slice(0, 30), slice(0, -1), slice(1, None)])
def test_a_damaged_entry_is_converted_again(damage: slice, monkeypatch: pytest.MonkeyPatch) -> None:
    done = conversions(monkeypatch)
    MODEL.write_text("a model")
    np.savez("d.npz", x=np.zeros(3))
    quantize_here()
    (entry,) = Path("cache").iterdir()
    entry.write_bytes(entry.read_bytes()[damage])
    assert quantize_here() == quantized_as("2")
    assert len(done) == 2


def test_an_entry_is_written_whole_and_read_back() -> None:
    write_entry(Path("cache/entry"), quantized_as("1"))
    assert read_entry(Path("cache/entry")) == quantized_as("1")
    assert [file.name for file in Path("cache").iterdir()] == ["entry"]


def test_a_saved_model_is_known_by_every_file_in_its_folder() -> None:
    Path("folder/variables").mkdir(parents=True)
    np.savez("d.npz", x=np.zeros(3))
    keys = []
    for content in ("one", "two"):
        Path("folder/variables/v").write_text(content)
        keys.append(cache_key(Path("folder"), "d.npz", None, "int8"))
    assert keys[0] != keys[1]


def test_missing_data_or_model_is_refused_before_anything_runs() -> None:
    with pytest.raises(TinyqError, match=r"^d\.npz: no such file or folder"):
        quantize_here()
    np.savez("d.npz", x=np.zeros(3))
    with pytest.raises(TinyqError, match=r"^m\.keras: no such file or folder"):
        quantize_here()
    assert not Path("cache").exists()
