"""Writes binaryexact.json beside itself: the binary cross-entropy of logits with 50 digits, without PyTorch.

Python 3.11.2, mpmath 1.2.1 (Debian's python3-mpmath).  Run: /usr/bin/python3 binaryexact.py

edges: the edges of bcewithlogits.json in the same order, exact: P y softplus(-z) + (1 - y) softplus(z) and its derivatives, 0 times infinity being 0.
tails: [z, softplus(z), sigma(z)], for doubles, and for floats (the answers are doubles).
Numbers have as many digits as they need to come back exactly; NaN and infinities are words.
"""
import itertools
import json
import math
import os
import random
import struct

import mpmath

NAN, INF = math.nan, math.inf
mpmath.mp.dps = 50


def rounded(v, dtype):
    if dtype == "float64" or not math.isfinite(v):
        return v
    return struct.unpack("f", struct.pack("f", v))[0]  # infinity where it is too large


def number(v, dtype):
    v = rounded(v, dtype)
    if not math.isfinite(v):
        return "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity"
    return float(f"{v:.9g}") if dtype == "float32" else v


def softplus(z):
    return INF if z == INF else mpmath.mpf(0) if z == -INF else mpmath.log1p(mpmath.exp(z)) if z <= 0 else z + mpmath.log1p(mpmath.exp(-z))


def sigma(z):
    return mpmath.mpf(1) if z == INF else mpmath.mpf(0) if z == -INF else 1 / (1 + mpmath.exp(-z))


def times(a, b):
    return mpmath.mpf(0) if a == 0 or b == 0 else a * b


def exact(z, y, p):
    if math.isnan(z) or math.isnan(y):
        return NAN, NAN, (NAN if math.isnan(z) else exact(z, 0.0, p)[2])
    z, y, p = (v if math.isinf(v) else mpmath.mpf(v) for v in (z, y, p))
    loss = times(p * y, softplus(-z)) + times(1 - y, softplus(z))
    return tuple(float(v) for v in (loss, (1 - y) * sigma(z) - p * y * sigma(-z), times(p, softplus(-z)) - softplus(z)))


def edges():
    logits = [0.0, -0.0, 1e-8, 0.5, 10.0, 20.0, 50.0, 88.0, 100.0, 104.0, 800.0, 3e38, INF]
    logits += [-z for z in logits[2:]] + [NAN]
    for dtype, z, y, p in itertools.product(("float64", "float32"), logits, (0.0, 0.5, 1.0, 0.25, 2.0, -1.0, NAN), (None, 3.0, 0.0)):
        value, gradient, target = ([number(v, dtype)] for v in exact(rounded(z, dtype), y, 1.0 if p is None else p))
        yield {"name": "edge", "dtype": dtype, "reduction": "sum", "shape": [1], "inputs": [number(z, dtype)], "targets": [number(y, dtype)], "weight": None,
               "posWeight": None if p is None else {"shape": [1], "values": [p]}, "value": value, "gradient": gradient, "targetGradient": target}


def tails():
    normal = random.Random(1)
    z = [i / 2 for i in range(-200, 201)] + [normal.gauss(0, 1) for _ in range(200)] + [20.0, 10.0, 87.5, 1e-3, 1e-8, 1e-30]
    for dtype in ("float64", "float32"):
        values = [rounded(v, dtype) for v in z + [-v for v in z]]
        yield {"dtype": dtype, "rows": [[v if v else 0.0, float(softplus(mpmath.mpf(v))), float(sigma(mpmath.mpf(v)))] for v in values]}


def main():
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "binaryexact.json"), "w", newline="\n") as file:
        file.write('{"edges":%s,\n"tails":%s}\n' % (lines(edges()), lines(tails())))


main()
