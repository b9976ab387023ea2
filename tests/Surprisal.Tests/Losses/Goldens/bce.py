"""Writes bce.json beside itself: PyTorch's binary cross-entropy of probabilities, values and both gradients.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 bce.py

cases: the full product dtype x rank x reduction x shape of the weight, as PyTorch 1.13 answers.
       Without a reduction the upstream gradient of element i is 0.5 + i % 3; otherwise it is 1.
edges: the corners of [0, 1], tiny numbers, odd weights and empty shapes, by the formulas of PyTorch 2.x: 1.13 has log(1 - x) where 2.x has
       log1p(-x), and does not clamp the gradient of the target. "agrees" says whether 1.13 gives the same within torch.testing's tolerances.
Numbers have as many digits as they need to come back exactly.
"""
import itertools
import json
import math
import os

import torch
import torch.nn.functional as F

from torchnumbers import numbers

SHAPES = {(): [()], (5,): [(), (1,), (5,)], (4, 3): [(), (3,), (4, 1), (4, 3)], (2, 2, 3): [(), (3,), (2, 1), (2, 1, 1), (2, 2, 3)],
          (2, 1, 2, 3): [(), (3,), (2, 1), (1, 1, 1, 3), (2, 1, 2, 3)]}
DTYPES = {"float64": torch.float64, "float32": torch.float32}
WEIGHT = [0.5, 2.0, 1.25, 0.0, 3.5]
NAN, INF = math.nan, math.inf


def shaped(tensor):
    return None if tensor is None else {"shape": list(tensor.shape), "values": numbers(tensor)}


def upstream(out, reduction):
    return torch.ones_like(out) if reduction != "none" else (0.5 + torch.arange(out.numel()) % 3).to(out.dtype).reshape(out.shape)


def ask(x, y, weight, reduction):
    x, y = x.clone().requires_grad_(), y.clone().requires_grad_()
    out = F.binary_cross_entropy(x, y, weight, reduction=reduction)
    out.backward(upstream(out, reduction))
    return out.detach(), x.grad, y.grad


def formula(x, y, weight, reduction):
    """PyTorch 2.x: aten/src/ATen/native/Loss.cpp; the gradient of the target clamped as the loss is."""
    w = torch.ones_like(x) if weight is None else weight.expand(x.shape)
    yes, no = x.log().clamp(min=-100), torch.log1p(-x).clamp(min=-100)
    loss = ((y - 1) * no - y * yes) * w
    slope = (x - y) / ((1 - x) * x).clamp(min=torch.tensor(1e-12, dtype=torch.float32).item()) * w
    out = loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()
    scale = upstream(out, reduction) / (x.numel() if reduction == "mean" else 1)
    return out, slope * scale, (no - yes) * w * scale


def near(a, b):
    tolerance = dict(rtol=1.3e-6, atol=1e-5) if a.dtype == torch.float32 else dict(rtol=1e-7, atol=1e-7)
    return torch.allclose(a, b, equal_nan=True, **tolerance)


def written(name, dtype, x, y, weight, reduction, answers, agrees):
    value, gradient, target = map(numbers, answers)
    return {"name": name, "dtype": dtype, "reduction": reduction, "shape": list(x.shape), "inputs": numbers(x), "targets": numbers(y), "weight": shaped(weight),
            "value": value, "gradient": gradient, "targetGradient": target, "agrees": agrees}


def cases():
    torch.manual_seed(0)
    for shape, weights in SHAPES.items():
        x = torch.randint(1, 64, shape, dtype=torch.float64) / 64  # exact in both types
        y = torch.tensor([(0.0, 1.0, 0.25, 1.0, 0.0)[i % 5] for i in range(x.numel())], dtype=torch.float64).reshape(shape)
        for dtype, reduction, w in itertools.product(DTYPES, ("none", "mean", "sum"), [None] + weights):
            weight = None if w is None else torch.tensor([WEIGHT[i % 5] for i in range(math.prod(w))], dtype=DTYPES[dtype]).reshape(w)
            a, b = x.to(DTYPES[dtype]), y.to(DTYPES[dtype])
            answers = ask(a, b, weight, reduction)
            assert all(map(near, answers, formula(a, b, weight, reduction)))
            yield written("case", dtype, a, b, weight, reduction, answers, True)


def edges():
    half = 1 - 2.0 ** -24
    corners = [(x, y) for x in (0.0, -0.0, 1.0, 1e-8, 1e-14, 1e-30, 1e-45, 0.5, half, 0.75) for y in (0.0, 0.5, 1.0)]
    rows = [("corners", [x for x, _ in corners], [y for _, y in corners], None)]
    rows += [(name, [0.25, 0.0, 1.0], [1.0, 0.0, 0.5], [w, 1.0, 2.0]) for name, w in
             (("NaN weight", NAN), ("infinite weight", INF), ("negative weight", -2.0), ("weight of 0", 0.0))]
    rows += [("no elements", [], [], None)]
    for (name, x, y, w), dtype, reduction in itertools.product(rows, DTYPES, ("none", "mean", "sum")):
        tensors = [None if t is None else torch.tensor(t, dtype=DTYPES[dtype]) for t in (x, y, w)]
        answers = formula(*tensors, reduction)
        yield written(name, dtype, *tensors, reduction, answers, all(map(near, answers, ask(*tensors, reduction))))


def main():
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bce.json"), "w", newline="\n") as file:
        file.write('{"torch":"%s",\n"cases":%s,\n"edges":%s}\n' % (torch.__version__, lines(cases()), lines(edges())))


main()
