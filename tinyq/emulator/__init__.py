"""What the model answers: by NumPy, and by the generated C."""
