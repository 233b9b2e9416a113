"""tinyq: from a trained Keras model to proven firmware for a Cortex-M microcontroller."""

__version__ = "0.1.0"
