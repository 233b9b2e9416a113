"""Forms of operators that compute in float32 at run time; a file here is the form of the operator of its name.

In a graph they have names of their own, so that passes and kernels made for integers never meet them. Operators that
compute element by element need no form here: they say a formula (tinyq/ops/elementwise.py).
"""
