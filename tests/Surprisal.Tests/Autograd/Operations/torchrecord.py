"""Tensors as JSON: a shape, and the shortest decimals that read back as the same numbers. For the scripts beside it."""


def numbers(tensor):
    """Shortest decimals that read back as the same number; NaN and infinities as words."""
    array = tensor.detach().contiguous().numpy().reshape(-1)
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    texts = [str(value) for value in array]
    return [words[text] if text in words else (float(text) if tensor.is_floating_point() else int(text)) for text in texts]


def record(tensor):
    return {"shape": list(tensor.shape), "values": numbers(tensor)}
