"""A profile as a picture: a bar for each layer, in SVG."""

from xml.sax.saxutils import escape

from tinyq.emulator.device.profile import LayerProfile, Profile

_ROW, _TOP, _BAR_HEIGHT = 22, 56, 14
_NAME_WIDTH, _BAR_WIDTH, _WIDTH = 230, 380, 860
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">'
)
_COLOURS = ("#3b6ea5", "#d08770", "#5e9c76", "#8f6aa8", "#c2a03a", "#6b7785")


def profile_svg(profile: Profile) -> str:
    """The text of an SVG file: layers in the order they run, coloured by operator."""
    operators = list(dict.fromkeys(layer.op for layer in profile.layers))
    colours = {op: _COLOURS[number % len(_COLOURS)] for number, op in enumerate(operators)}
    longest = max((layer.cycles for layer in profile.layers), default=1) or 1
    height = _TOP + _ROW * (len(profile.layers) + 1)
    lines = [
        _HEAD.format(width=_WIDTH, height=height),
        '<rect width="100%" height="100%" fill="white"/>',
        _text(10, 22, f"{profile.identifier} on {profile.board.title}", size=15),
        _text(10, 42, _summary(profile)),
        *(
            line
            for row, layer in enumerate(profile.layers)
            for line in _row(profile, layer, _TOP + _ROW * row, longest, colours[layer.op])
        ),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _summary(profile: Profile) -> str:
    milliseconds = profile.milliseconds(profile.cycles)
    return (
        f"{profile.cycles:,} cycles, {milliseconds:.2f} ms at {profile.board.clock_hz / 1e6:g} MHz; "
        f"{profile.instructions:,} instructions, {profile.macs:,} multiply-accumulates"
    )


def _row(profile: Profile, layer: LayerProfile, top: int, longest: int, colour: str) -> list[str]:
    width = max(1, round(_BAR_WIDTH * layer.cycles / longest))
    middle = top + _BAR_HEIGHT - 3
    share = 100 * layer.cycles / max(1, profile.cycles)
    said = f"{layer.cycles:,} cycles, {share:.1f} %"
    return [
        _text(_NAME_WIDTH - 8, middle, layer.name, anchor="end"),
        f'<rect x="{_NAME_WIDTH}" y="{top}" width="{width}" height="{_BAR_HEIGHT}" fill="{colour}"/>',
        _text(_NAME_WIDTH + width + 6, middle, f"{said} ({layer.op})"),
    ]


def _text(x: int, y: int, text: str, *, size: int = 12, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="#222">{escape(text)}</text>'
