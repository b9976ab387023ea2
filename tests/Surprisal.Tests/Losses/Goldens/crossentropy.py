"""Writes crossentropy.json beside itself: PyTorch's cross-entropy over class indices, values and gradients.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 crossentropy.py
libtorch 2.10 gives the same numbers, within the tolerances of torch.testing; Half and BFloat16 are in narrow.cs.

cases: the full product dtype x rank x reduction x weight x ignore_index x label_smoothing.
       Without a reduction the upstream gradient of sample i is 0.5 + i % 3; otherwise it is 1.
edges: rows with infinities, NaN, empty shapes and degenerate weights, in float64.
Numbers have as many digits as they need to come back exactly.
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


def run(logits, target, weight, ignore, smoothing, reduction):
    x = logits.clone().requires_grad_()
    out = F.cross_entropy(x, target, weight, ignore_index=ignore, reduction=reduction, label_smoothing=smoothing)
    upstream = torch.ones_like(out) if reduction != "none" else (0.5 + torch.arange(out.numel()) % 3).to(out.dtype).reshape(out.shape)
    out.backward(upstream)
    return {"reduction": reduction, "ignore": ignore, "smoothing": smoothing, "targets": target.reshape(-1).tolist(),
            "value": numbers(out), "gradient": numbers(x.grad)}


def cases(inputs):
    product = itertools.product(DTYPES, SHAPES, ("none", "mean", "sum"), (False, True), (-100, 1, 255), (0.0, 0.1, 1.0))
    for dtype, rank, reduction, weighted, ignore, smoothing in product:
        shape = SHAPES[rank]
        logits = torch.tensor(inputs[dtype][rank], dtype=DTYPES[dtype]).reshape(shape)
        classes = shape[0] if rank == "C" else shape[1]
        spots = () if rank == "C" else shape[:1] + shape[2:]
        target = torch.tensor([(3 * i + 2) % classes for i in range(math.prod(spots))]).reshape(spots)
        targets = [target, torch.tensor(ignore)] if rank == "C" else [target.clone()]
        if rank != "C":
            targets[0].view(-1)[1] = ignore
        weight = torch.tensor(WEIGHT[:classes], dtype=DTYPES[dtype]) if weighted else None
        for t in targets:
            yield {"dtype": dtype, "rank": rank, "weighted": weighted, **run(logits, t, weight, ignore, smoothing, reduction)}


def edges():
    plain = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]
    rows = [  # name, logits, shape, targets, weight, smoothing
        ("all ignored", plain, (2, 3), [-100, -100], None, 0.0),
        ("all ignored, weighted", plain, (2, 3), [-100, -100], [1.0, 2.0, 3.0], 0.0),
        ("all ignored, smoothed", plain, (2, 3), [-100, -100], [1.0, 2.0, 3.0], 0.1),
        ("selected weights are 0", plain, (2, 3), [1, 1], [1.0, 0.0, 3.0], 0.0),
        ("selected weights are 0 and one is ignored", plain, (2, 3), [1, -100], [1.0, 0.0, 3.0], 0.0),
        ("selected weights are 0, smoothed", plain, (2, 3), [1, 1], [1.0, 0.0, 3.0], 0.1),
        ("selected weights are 0 and one is ignored, smoothed", plain, (2, 3), [1, -100], [1.0, 0.0, 3.0], 0.1),
        ("weights cancel", plain, (2, 3), [0, 1], [1.0, -1.0, 3.0], 0.0),
        ("negative weight", plain, (2, 3), [0, 1], [1.0, -0.5, 3.0], 0.0),
        ("NaN weight of an unused class", plain, (2, 3), [0, 1], [1.0, 2.0, NAN], 0.0),
        ("no samples", [], (0, 3), [], None, 0.0),
        ("no samples, smoothed", [], (0, 3), [], None, 0.1),
        ("no positions", [], (2, 3, 0), [], None, 0.0),
        ("no positions of two", [], (2, 3, 4, 0), [], None, 0.0),
        ("infinite weight", plain, (2, 3), [0, 1], [1.0, INF, 3.0], 0.0),
        ("infinite weight of an unused class", plain, (2, 3), [0, 1], [1.0, 2.0, INF], 0.0),
        ("no classes, all ignored", [], (2, 0), [-100, -100], None, 0.0),
        ("target's logit is -inf", [[0.5, -INF, 1.5], plain[0]], (2, 3), [1, 0], None, 0.0),
        ("another logit is -inf", [[0.5, -INF, 1.5], plain[0]], (2, 3), [0, 0], None, 0.0),
        ("another logit is -inf, smoothed", [[0.5, -INF, 1.5], plain[0]], (2, 3), [0, 0], None, 0.1),
        ("target's logit is -inf, smoothed", [[0.5, -INF, 1.5], plain[0]], (2, 3), [1, 0], None, 0.1),
        ("zero weight times -inf", [[0.5, -INF, 1.5], plain[0]], (2, 3), [1, 0], [1.0, 0.0, 2.0], 0.0),
        ("every logit is -inf", [[-INF, -INF, -INF], plain[0]], (2, 3), [1, 0], None, 0.0),
        ("+inf in a used row", [[0.5, INF, 1.5], plain[0]], (2, 3), [0, 0], None, 0.0),
        ("+inf at the target", [[0.5, INF, 1.5], plain[0]], (2, 3), [1, 0], None, 0.0),
        ("two +inf", [[INF, INF, 1.5], plain[0]], (2, 3), [1, 0], None, 0.0),
        ("NaN in a used row", [[0.5, NAN, 1.5], plain[0]], (2, 3), [0, 0], None, 0.0),
        ("NaN in a used row, smoothed", [[0.5, NAN, 1.5], plain[0]], (2, 3), [0, 0], [1.0, 2.0, 3.0], 0.1),
    ]
    # the same rows once more with the classes on an inner axis: (2, 3) becomes (1, 3, 2)
    rows += [(name + ", inner axis", torch.tensor(x).T.tolist(), (1, 3, 2), t, w, s) for name, x, shape, t, w, s in rows if shape == (2, 3)]
    rows += [("ignored, unbatched", plain[0], (3,), [-100], [1.0, 2.0, 3.0], 0.1)]
    for (name, x, shape, t, w, s), reduction in itertools.product(rows, ("none", "mean", "sum")):
        logits = torch.tensor(x, dtype=torch.float64).reshape(shape)
        target = torch.tensor(t, dtype=torch.int64).reshape(shape[:1] + shape[2:] if len(shape) > 1 else ())
        weight = None if w is None else torch.tensor(w, dtype=torch.float64)
        yield {"name": name, "shape": shape, "logits": numbers(logits), "weight": None if w is None else numbers(weight),
               **run(logits, target, weight, -100, s, reduction)}


def main():
    torch.manual_seed(0)
    drawn = {rank: torch.randn(shape, dtype=torch.float64) * 2 for rank, shape in SHAPES.items()}
    inputs = {name: {rank: numbers(x.to(dtype)) for rank, x in drawn.items()} for name, dtype in DTYPES.items()}
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "crossentropy.json"), "w", newline="\n") as file:
        file.write('{"torch":"%s","weight":%s,"shapes":%s,\n"inputs":%s,\n"cases":%s,\n"edges":%s}\n' % (
            torch.__version__, json.dumps(WEIGHT), json.dumps(SHAPES), json.dumps(inputs, separators=(",", ":")), lines(cases(inputs)), lines(edges())))


main()
