"""Bits chosen for each layer by itself: 4, 8 and 16 in one .tflite."""
