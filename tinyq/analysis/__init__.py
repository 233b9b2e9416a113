"""What is true of a graph, whatever its inputs are; passes and kernels rely on it."""
