"""Forms of operators that quantize their float32 input at run time; a file here is that of the operator of its name.

Dynamic range quantization makes them, with weights of int8: products and sums are of integers, and what is between the
layers is float32.
"""
