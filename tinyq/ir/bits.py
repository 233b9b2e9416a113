"""How many bits a layer computes with; apart from the graph, so that the command line can read them without NumPy."""

from typing import Literal

#: 4: weights of int4 and activations of int8; 8: both int8; 16: weights of int8 and activations of int16.
Bits = Literal[4, 8, 16]
