"""A folder of images as data: class sub-folders become labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.data_readers import Raw
from tinyq.frontend.input_spec import InputSpec
from tinyq.ir.graph import Array

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def image_files(folder: Path) -> tuple[Path, ...]:
    """The images in `folder` and its sub-folders, in sorted order."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return tuple(sorted(found, key=lambda path: path.relative_to(folder).as_posix()))


def read_images(folder: Path, files: Sequence[Path], inputs: Sequence[InputSpec]) -> Raw:
    """The images as uint8 [samples, height, width, channels], 0..255; channels first where the model has them so.

    Sub-folders of `folder` become the labels 0, 1, ... in sorted order; without them there are none. Images of another
    size are resized (bilinear, the aspect ratio is not kept), and a note says so.

    Raises:
        TinyqError: no images, one that can't be read, images beside sub-folders, or a model that takes no single image.
    """
    height, width, channels, is_channels_first = _image_shape(folder, inputs)
    if not files:
        raise TinyqError(
            f"{folder}: found no images; accepted: {', '.join(SUFFIXES)}", "name the folder that holds the images"
        )
    pictures, sizes = zip(*(_read(file, (width, height), _MODES[channels]) for file in files), strict=True)
    array = np.stack(pictures).reshape(len(files), height, width, channels)
    others = [size for size in sizes if size != (width, height)]
    note = f"{folder}: {len(others)} of {len(files)} images were resized to {width}x{height}, the first from "
    notes = (note + "{}x{}".format(*others[0]),) if others else ()
    array = np.moveaxis(array, -1, 1) if is_channels_first else array
    return Raw({"x": array}, _labels(folder, files), str(folder), notes)


def _image_shape(folder: Path, inputs: Sequence[InputSpec]) -> tuple[int, int, int, bool]:
    """Height, width, channels, and whether these come first, as ONNX and PyTorch have them."""
    shapes = [spec.shape for spec in inputs]
    if len(shapes) != 1 or len(shapes[0]) != 3 or not {shapes[0][0], shapes[0][2]} & _MODES.keys():
        found = " and ".join(f"[{', '.join(map(str, shape))}]" for shape in shapes)
        raise TinyqError(
            f"{folder}: a folder, but the model takes no images (its input is {found}); "
            "a folder of images is accepted for one input [height, width, 1, 3 or 4], or [1, 3 or 4, height, width]",
            "give .npz, .npy, .csv or module:function",
        )
    if shapes[0][2] in _MODES:
        height, width, channels = shapes[0]
        return height, width, channels, False
    channels, height, width = shapes[0]
    return height, width, channels, True


def _read(file: Path, size: tuple[int, int], mode: str) -> tuple[Array, tuple[int, int]]:
    from PIL import Image

    try:
        with Image.open(file) as image:
            found = image.size
            converted = image.convert(mode)
    except (OSError, ValueError, SyntaxError) as error:
        raise TinyqError(
            f"{file}: not readable as an image ({type(error).__name__})", "remove it or save it again"
        ) from error
    resized = converted if found == size else converted.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized, np.uint8), found


def _labels(folder: Path, files: Sequence[Path]) -> Array | None:
    parts = [file.relative_to(folder).parts for file in files]
    loose = sum(len(part) == 1 for part in parts)
    if loose == len(files):
        return None
    if loose:
        raise TinyqError(
            f"{folder}: found {loose} images beside class sub-folders; accepted: all images in sub-folders, or none",
            "move each image into the folder of its class",
        )
    classes = sorted({part[0] for part in parts})
    return np.array([classes.index(part[0]) for part in parts], np.int64)
