"""EMBEDDING_LOOKUP: the rows of a table that a tensor of indices names; a GATHER along axis 0.

Source: TFLite kernels/embedding_lookup.cc.
"""

from collections.abc import Sequence
from typing import Any

from tinyq.ir.graph import Tensor
from tinyq.ops.gather import Gather, GatherOptions


class EmbeddingLookup(Gather):
    """Input 0 holds the indices, input 1 is the table."""

    table, indices = 1, 0

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> GatherOptions:
        return GatherOptions(0)


OPERATOR = EmbeddingLookup()
