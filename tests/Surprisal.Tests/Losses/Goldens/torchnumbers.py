"""Tensors as JSON numbers with as many digits as they need to come back exactly; NaN and infinities as words. For the scripts beside it."""
import math

import torch


def number(v, dtype):
    if math.isnan(v) or math.isinf(v):
        return "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity"
    return float(f"{v:.9g}") if dtype == torch.float32 else v


def numbers(tensor):
    return [number(v, tensor.dtype) for v in tensor.detach().reshape(-1).tolist()]
