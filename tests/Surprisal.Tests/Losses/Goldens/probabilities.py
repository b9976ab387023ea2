"""Writes probabilities.json beside itself: PyTorch's cross-entropy over class probabilities, values and both gradients.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 probabilities.py
libtorch 2.10 gives the same numbers, within the tolerances of torch.testing.

cases: the full product dtype x rank x reduction x weight x label_smoothing x kind of target (a distribution, one-hot, any numbers).
       Without a reduction the upstream gradient of sample i is 0.5 + i % 3; otherwise it is 1.
edges: infinities, NaN, zeros, empty shapes and degenerate weights, in float64.
"""
import itertools
import json
import math
import os

import torch
import torch.nn.functional as F

from torchnumbers import numbers

SHAPES = {"C": (5,), "NC": (4, 5), "NC1": (3, 4, 3), "NC2": (2, 3, 2, 3), "NC3": (2, 3, 2, 1, 2)}
WEIGHT = [0.5, 2.0, 1.25, 0.0, 3.5]
DTYPES = {"float64": torch.float64, "float32": torch.float32}
NAN, INF = math.nan, math.inf


def run(logits, target, weight, smoothing, reduction):
    x, t = logits.clone().requires_grad_(), target.clone().requires_grad_()
    out = F.cross_entropy(x, t, weight, reduction=reduction, label_smoothing=smoothing)
    upstream = torch.ones_like(out) if reduction != "none" else (0.5 + torch.arange(out.numel()) % 3).to(out.dtype).reshape(out.shape)
    out.backward(upstream)
    return {"reduction": reduction, "smoothing": smoothing, "shape": list(logits.shape), "logits": numbers(logits), "targets": numbers(target),
            "weight": None if weight is None else numbers(weight), "value": numbers(out), "gradient": numbers(x.grad), "targetGradient": numbers(t.grad)}


def cases():
    torch.manual_seed(0)
    for rank, shape in SHAPES.items():
        axis = 0 if rank == "C" else 1
        drawn = torch.randn(shape, dtype=torch.float64) * 2
        distribution = torch.softmax(torch.randn(shape, dtype=torch.float64), axis)
        spots = shape[:axis] + shape[axis + 1:]
        indices = torch.tensor([(3 * i + 2) % shape[axis] for i in range(math.prod(spots))]).reshape(spots)
        hot = torch.zeros(shape, dtype=torch.float64).scatter_(axis, indices.unsqueeze(axis), 1.0)
        kinds = {"distribution": distribution, "one-hot": hot, "any": torch.randn(shape, dtype=torch.float64) * 3}
        product = itertools.product(DTYPES, kinds, ("none", "mean", "sum"), (False, True), (0.0, 0.1, 1.0))
        for dtype, kind, reduction, weighted, smoothing in product:
            weight = torch.tensor(WEIGHT[:shape[axis]], dtype=DTYPES[dtype]) if weighted else None
            yield {"name": kind, "dtype": dtype, **run(drawn.to(DTYPES[dtype]), kinds[kind].to(DTYPES[dtype]), weight, smoothing, reduction)}


def edges():
    plain = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]
    even = [[0.25, 0.5, 0.25], [0.5, 0.5, 0.0]]
    rows = [  # name, logits, shape, targets, weight, smoothing
        ("probability 0 at a logit of -inf", [[0.5, -INF, 1.5], plain[0]], (2, 3), [[0.5, 0.0, 0.5], even[0]], None, 0.0),
        ("probability above 0 at a logit of -inf", [[0.5, -INF, 1.5], plain[0]], (2, 3), even, None, 0.0),
        ("smoothing at a logit of -inf", [[0.5, -INF, 1.5], plain[0]], (2, 3), [[0.5, 0.0, 0.5], even[0]], None, 0.1),
        ("NaN weight of an unused class", plain, (2, 3), [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]], [1.0, 2.0, NAN], 0.0),
        ("all weights 0", plain, (2, 3), even, [0.0, 0.0, 0.0], 0.0),
        ("negative weight", plain, (2, 3), even, [1.0, -2.0, 3.0], 0.0),
        ("rows of zeros count in the mean", plain, (2, 3), [even[0], [0.0, 0.0, 0.0]], None, 0.0),
        ("rows that sum to 6", plain, (2, 3), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], None, 0.0),
        ("negative probabilities", plain, (2, 3), [[-1.0, 2.0, 0.0], even[1]], None, 0.0),
        ("+inf logit", [[0.5, INF, 1.5], plain[0]], (2, 3), even, None, 0.0),
        ("NaN logit", [[0.5, NAN, 1.5], plain[0]], (2, 3), even, None, 0.0),
        ("every logit is -inf", [[-INF, -INF, -INF], plain[0]], (2, 3), even, None, 0.0),
        ("NaN probability", plain, (2, 3), [[NAN, 0.5, 0.5], even[1]], None, 0.0),
        ("no samples", [], (0, 3), [], None, 0.0),
        ("no classes", [], (2, 0), [], None, 0.0),
        ("no positions", [], (2, 3, 0), [], None, 0.1),
        ("one column is class probabilities of one class", [[0.3], [-2.0]], (2, 1), [[1.0], [0.25]], None, 0.0),
    ]
    rows += [(name + ", inner axis", torch.tensor(x).T.tolist(), (1, 3, 2), torch.tensor(t).T.tolist(), w, s) for name, x, shape, t, w, s in rows if shape == (2, 3)]
    for (name, x, shape, t, w, s), reduction in itertools.product(rows, ("none", "mean", "sum")):
        logits = torch.tensor(x, dtype=torch.float64).reshape(shape)
        target = torch.tensor(t, dtype=torch.float64).reshape(shape)
        weight = None if w is None else torch.tensor(w, dtype=torch.float64)
        yield {"name": name, "dtype": "float64", **run(logits, target, weight, s, reduction)}


def main():
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "probabilities.json"), "w", newline="\n") as file:
        file.write('{"torch":"%s",\n"cases":%s,\n"edges":%s}\n' % (torch.__version__, lines(cases()), lines(edges())))


main()
