"""The order of the stages; no other folder knows it."""

from tinyq.pipeline.compile import PASSES, CompiledModel, compile_tflite, optimize

__all__ = ["PASSES", "CompiledModel", "compile_tflite", "optimize"]
