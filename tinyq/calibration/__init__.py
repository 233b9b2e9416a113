"""Which range each tensor is quantized over, and what that costs: chosen, measured and reported without TensorFlow."""
