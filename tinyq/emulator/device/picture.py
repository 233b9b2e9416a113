"""A profile as a picture: a bar for each layer, in SVG."""

from tinyq.emulator.device.profile import LayerProfile, Profile
from tinyq.tools.svg import document, text

_ROW, _TOP, _BAR_HEIGHT = 22, 56, 14
_NAME_WIDTH, _BAR_WIDTH, _WIDTH = 230, 380, 860
_COLOURS = ("#3b6ea5", "#d08770", "#5e9c76", "#8f6aa8", "#c2a03a", "#6b7785")


def profile_svg(profile: Profile) -> str:
    """The text of an SVG file: layers in the order they run, coloured by operator."""
    operators = list(dict.fromkeys(layer.op for layer in profile.layers))
    colours = {op: _COLOURS[number % len(_COLOURS)] for number, op in enumerate(operators)}
    longest = max((layer.cycles for layer in profile.layers), default=1) or 1
    height = _TOP + _ROW * (len(profile.layers) + 1)
    lines = [
        text(10, 22, f"{profile.identifier} on {profile.board.title}", size=15),
        text(10, 42, _summary(profile)),
        *(
            line
            for row, layer in enumerate(profile.layers)
            for line in _row(profile, layer, _TOP + _ROW * row, longest, colours[layer.op])
        ),
    ]
    return document(_WIDTH, height, lines)


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
        text(_NAME_WIDTH - 8, middle, layer.name, anchor="end"),
        f'<rect x="{_NAME_WIDTH}" y="{top}" width="{width}" height="{_BAR_HEIGHT}" fill="{colour}"/>',
        text(_NAME_WIDTH + width + 6, middle, f"{said} ({layer.op})"),
    ]
