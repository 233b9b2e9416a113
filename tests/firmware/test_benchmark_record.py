"""No image of the MLPerf Tiny models needs more instructions, RAM or flash than benchmarks/recorded.json says.

Instructions are counted, so that the comparison is exact. After a change that is meant to cost something, or that saves
something: `python -m benchmarks --record`.
"""

import pytest
from support.mlperf import mlperf_folder

from benchmarks.measure import REFERENCE, measure_model
from benchmarks.record import read_record, regressions
from tinyq.firmware.board import load_board

KEYS = [
    pytest.param(key, marks=[] if recorded.board == REFERENCE else [pytest.mark.slow])
    for key, recorded in read_record().items()
]


@pytest.mark.parametrize("key", KEYS)
def test_nothing_needs_more_than_recorded(key: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    recorded = read_record()[key]
    board = load_board(recorded.board)
    path = mlperf_folder() / f"{recorded.model}_int8.tflite"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("nothing_built_here"))
        assert regressions(recorded, measure_model(path, recorded.model, board, recorded.optimize)) == []
