"""The first layers of a model as a model of their own, to find which layer crashes the converter."""

from tinyq.frontend.keras.load import Loaded, input_structure, library_of, loaded_model


def prefix(loaded: Loaded, layers: int) -> Loaded:
    """The model that ends at the output of its layer number `layers`, counted from 1."""
    model = loaded.model
    shorter = library_of(model).Model(input_structure(model), model.layers[layers - 1].output)
    return loaded_model(shorter, loaded.inputs)
