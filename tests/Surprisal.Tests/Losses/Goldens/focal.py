"""Writes focal.json beside itself: the sigmoid focal loss, values and gradients to inputs and targets.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 focal.py

torchvision is not installed here. Its sigmoid_focal_loss is, as published, a composition of torch operations, written again below from its
formula; gradients are autograd's. A reduction of an empty tensor is torch's own mean and sum.

cases: the full product dtype x rank x reduction x alpha x gamma x kind of target (hard: 0 and 1; soft: between).
       Without a reduction the upstream gradient of element i is 0.5 + i % 3; otherwise it is 1.
edges: float64, unreduced: large and infinite logits and NaN against targets 0, 0.25, 0.5, 1; and empty shapes.
Numbers have as many digits as they need to come back exactly.
"""
import itertools
import json
import math
import os

import torch
import torch.nn.functional as F

from torchnumbers import numbers

SHAPES = {"0": (), "1": (4,), "2": (2, 3), "3": (2, 1, 3), "4": (1, 2, 2, 2)}
DTYPES = {"float64": torch.float64, "float32": torch.float32}
ALPHAS, GAMMAS = (0.25, 0.75, -1.0), (0.0, 0.5, 1.0, 2.0, 3.5)
NAN, INF = math.nan, math.inf


def focal(x, y, alpha, gamma, reduction):
    p = torch.sigmoid(x)
    hit = p * y + (1 - p) * (1 - y)
    out = F.binary_cross_entropy_with_logits(x, y, reduction="none") * (1 - hit) ** gamma
    if alpha >= 0:
        out = (alpha * y + (1 - alpha) * (1 - y)) * out
    return {"none": out, "mean": out.mean(), "sum": out.sum()}[reduction]


def run(logits, target, alpha, gamma, reduction):
    x, y = logits.clone().requires_grad_(), target.clone().requires_grad_()
    out = focal(x, y, alpha, gamma, reduction)
    upstream = torch.ones_like(out) if reduction != "none" else (0.5 + torch.arange(out.numel()) % 3).to(out.dtype).reshape(out.shape)
    out.backward(upstream)
    return {"reduction": reduction, "alpha": alpha, "gamma": gamma, "value": numbers(out), "gradient": numbers(x.grad), "targetGradient": numbers(y.grad)}


def cases(inputs, targets):
    for dtype, rank, reduction, alpha, gamma, kind in itertools.product(DTYPES, SHAPES, ("none", "mean", "sum"), ALPHAS, GAMMAS, ("hard", "soft")):
        x = torch.tensor(inputs[dtype][rank], dtype=DTYPES[dtype]).reshape(SHAPES[rank])
        y = torch.tensor(targets[kind][rank], dtype=DTYPES[dtype]).reshape(SHAPES[rank])
        yield {"dtype": dtype, "rank": rank, "target": kind, **run(x, y, alpha, gamma, reduction)}


def edges():
    logits = [0.0, 1.0, -1.0, 12.0, -12.0, 40.0, -40.0, 100.0, -100.0, 800.0, -800.0, INF, -INF, NAN]
    for alpha, gamma, y in itertools.product(ALPHAS, GAMMAS, (0.0, 0.25, 0.5, 1.0)):
        x = torch.tensor(logits, dtype=torch.float64)
        yield {"shape": [len(logits)], "inputs": numbers(x), "targets": [y] * len(logits), **run(x, torch.full_like(x, y), alpha, gamma, "none")}
    for shape, reduction in itertools.product(((0,), (0, 3), (2, 0, 4)), ("none", "mean", "sum")):
        x = torch.zeros(shape, dtype=torch.float64)
        yield {"shape": shape, "inputs": [], "targets": [], **run(x, x, 0.25, 2.0, reduction)}


def main():
    torch.manual_seed(0)
    drawn = {rank: torch.randn(shape, dtype=torch.float64) * 2 for rank, shape in SHAPES.items()}
    inputs = {name: {rank: numbers(x.to(dtype)) for rank, x in drawn.items()} for name, dtype in DTYPES.items()}
    targets = {"hard": {rank: [float((i + 1) % 2) for i in range(math.prod(shape))] for rank, shape in SHAPES.items()},
               "soft": {rank: [((5 * i + 3) % 16) / 16 for i in range(math.prod(shape))] for rank, shape in SHAPES.items()}}
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "focal.json"), "w", newline="\n") as file:
        file.write('{"torch":"%s","shapes":%s,\n"inputs":%s,\n"targets":%s,\n"cases":%s,\n"edges":%s}\n' % (
            torch.__version__, json.dumps(SHAPES), json.dumps(inputs, separators=(",", ":")), json.dumps(targets, separators=(",", ":")),
            lines(cases(inputs, targets)), lines(edges())))


main()
