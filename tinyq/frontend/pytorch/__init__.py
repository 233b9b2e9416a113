"""Alone imports PyTorch. It runs in a child process: `python -m tinyq.frontend.pytorch REQUEST`."""
