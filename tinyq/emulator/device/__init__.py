"""The firmware image itself, on an emulated Cortex-M with the board's peripherals."""
