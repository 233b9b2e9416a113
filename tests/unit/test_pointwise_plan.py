"""How pointwise layers are split up, and which routine they run by."""

from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples

from tinyq.kernels.dsp._pointwise_plan import PIXELS, SLAB_BYTES, PointwisePlan


def plan(pixels: int, inputs: int, outputs: int, slab_bytes: int = SLAB_BYTES, rows: int = 1) -> PointwisePlan:
    return PointwisePlan(
        inputs=inputs,
        outputs=outputs,
        images=1,
        image_bytes=rows * pixels * inputs,
        rows=rows,
        row_bytes=pixels * inputs,
        pixels=pixels,
        step=inputs,
        slab_bytes=slab_bytes,
    )


@examples(500)
@given(
    pixels=st.integers(PIXELS, 3000),
    inputs=st.integers(1, 300),
    outputs=st.integers(2, 300),
    slab_bytes=st.sampled_from([0, SLAB_BYTES, 10_000]),
)
def test_slabs_hold_all_pixels_and_a_tile_that_was_moved_back_stays_within_its_slab(
    pixels: int, inputs: int, outputs: int, slab_bytes: int
) -> None:
    found = plan(pixels, inputs, outputs, slab_bytes)
    before = (found.slabs - 1) * found.tiles * PIXELS
    assert before + found.last_pixels == pixels
    assert PIXELS <= found.last_pixels <= PIXELS * found.last_tiles < found.last_pixels + PIXELS
    assert found.last_tiles <= found.tiles


@examples(200)
@given(inputs=st.integers(1, 600))
def test_every_input_channel_has_its_place_in_one_word(inputs: int) -> None:
    found = plan(16, inputs, 8)
    order = found.order
    assert order.shape == (found.words * found.chunks, 2)
    assert sorted(order[order >= 0].tolist()) == list(range(inputs))


def test_outputs_may_run_ahead_by_what_a_slab_frees() -> None:
    assert plan(125, 64, 64).lead == 0
    narrower = plan(125, 64, 32)
    assert narrower.lead == narrower.tiles * PIXELS * 32
    wider = plan(125, 32, 64)
    assert wider.lead == -32 * (125 - wider.last_pixels)
    assert plan(16, 64, 64).lead == 16 * 64  # one slab: all is read before anything is written


def test_a_layer_has_code_of_its_own_where_that_saves_enough() -> None:
    assert not plan(125, 64, 64).shares
    assert plan(9, 64, 64).shares
    assert not plan(9, 107, 64).shares  # weights in chunks have their own
