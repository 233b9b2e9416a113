"""Alone with tinyq.qat imports TensorFlow. It runs in a child process: `python -m tinyq.frontend.keras REQUEST`."""
