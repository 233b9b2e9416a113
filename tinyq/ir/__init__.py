"""The intermediate representation: an immutable graph of quantized tensors."""
