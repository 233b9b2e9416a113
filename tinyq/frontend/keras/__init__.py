"""The only package that imports TensorFlow. It runs in a child process: `python -m tinyq.frontend.keras REQUEST`."""
