"""Writes bcewithlogits.json beside itself: PyTorch's binary cross-entropy of logits, values and both gradients, and exact answers.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), mpmath 1.2.1, CPU.  Run: /usr/bin/python3 bcewithlogits.py

cases: the full product dtype x rank x reduction x shape of the weight x shape of pos_weight, as PyTorch 1.13 answers.
       Without a reduction the upstream gradient of element i is 0.5 + i % 3; otherwise it is 1.
edges: one element each, exact: P y softplus(-z) + (1 - y) softplus(z) and its derivatives with 50 digits, 0 times infinity being 0.
       "agrees" says whether 1.13 gives the same within torch.testing's tolerances; it gives NaN at most infinite logits, as 2.x does.
sizes: odd weights and empty shapes, as PyTorch 1.13 answers.
tails: [z, softplus(z), sigma(z)], rounded from 50 digits, for doubles, and for floats (the answers are doubles).
"""
import itertools
import json
import math
import os

import mpmath
import torch
import torch.nn.functional as F

from torchnumbers import numbers

SHAPES = {(): [()], (5,): [(), (1,), (5,)], (4, 3): [(), (3,), (4, 1), (4, 3)], (2, 2, 3): [(), (3,), (2, 1), (2, 1, 1), (2, 2, 3)],
          (2, 1, 2, 3): [(), (3,), (2, 1), (1, 1, 1, 3), (2, 1, 2, 3)]}
DTYPES = {"float64": torch.float64, "float32": torch.float32}
WEIGHT, POSITIVE = [0.5, 2.0, 1.25, 0.0, 3.5], [3.0, 0.25, 1.0, 7.5]
NAN, INF = math.nan, math.inf
mpmath.mp.dps = 50


def shaped(tensor):
    return None if tensor is None else {"shape": list(tensor.shape), "values": numbers(tensor)}


def ask(x, y, weight, positive, reduction):
    x, y = x.clone().requires_grad_(), y.clone().requires_grad_()
    out = F.binary_cross_entropy_with_logits(x, y, weight, reduction=reduction, pos_weight=positive)
    out.backward(torch.ones_like(out) if reduction != "none" else (0.5 + torch.arange(out.numel()) % 3).to(out.dtype).reshape(out.shape))
    return out.detach(), x.grad, y.grad


def written(name, dtype, x, y, weight, positive, reduction, answers, agrees=True):
    value, gradient, target = map(numbers, answers)
    return {"name": name, "dtype": dtype, "reduction": reduction, "shape": list(x.shape), "inputs": numbers(x), "targets": numbers(y), "weight": shaped(weight),
            "posWeight": shaped(positive), "value": value, "gradient": gradient, "targetGradient": target, "agrees": agrees}


def weights(values, shape, dtype):
    return None if shape is None else torch.tensor([values[i % len(values)] for i in range(math.prod(shape))], dtype=DTYPES[dtype]).reshape(shape)


def cases():
    torch.manual_seed(0)
    for shape, kinds in SHAPES.items():
        x = torch.randint(-200, 200, shape, dtype=torch.float64) / 64  # exact in both types
        y = torch.tensor([(0.0, 1.0, 0.25, 1.0, 0.0, 1.5, -1.0)[i % 7] for i in range(x.numel())], dtype=torch.float64).reshape(shape)
        for dtype, reduction, w, p in itertools.product(DTYPES, ("none", "mean", "sum"), [None] + kinds, [None] + kinds):
            args = x.to(DTYPES[dtype]), y.to(DTYPES[dtype]), weights(WEIGHT, w, dtype), weights(POSITIVE, p, dtype), reduction
            yield written("case", dtype, *args, ask(*args))


def sizes():
    rows = [(name, [0.5, -1.0, 20.0], [1.0, 0.0, 0.5], [w, 1.0, 2.0], [1.0, p, 3.0]) for name, w, p in
            (("NaN weight", NAN, 1.0), ("infinite weight", INF, 1.0), ("negative weight", -2.0, 1.0), ("NaN pos_weight", 1.0, NAN), ("pos_weight of 0", 1.0, 0.0))]
    rows += [("no elements", [], [], None, None)]
    for (name, *tensors), reduction in itertools.product(rows, ("none", "mean", "sum")):
        args = *(None if t is None else torch.tensor(t, dtype=torch.float64) for t in tensors), reduction
        yield written(name, "float64", *args, ask(*args))


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
    for dtype, z, y, p in itertools.product(DTYPES, logits, (0.0, 0.5, 1.0, 0.25, 2.0, -1.0, NAN), (None, 3.0, 0.0)):
        x, t, q = (None if v is None else torch.tensor([v], dtype=DTYPES[dtype]) for v in (z, y, p))
        answers = [torch.tensor([v], dtype=DTYPES[dtype]) for v in exact(x.item(), y, 1.0 if p is None else p)]
        torchs = ask(x, t, None, q, "sum")
        tolerance = dict(rtol=1.3e-6, atol=1e-5) if dtype == "float32" else dict(rtol=1e-7, atol=1e-7)
        agrees = all(torch.allclose(a, b.reshape(1), equal_nan=True, **tolerance) for a, b in zip(answers, torchs))
        yield written("edge", dtype, x, t, None, q, "sum", answers, agrees)


def tails():
    torch.manual_seed(1)
    z = torch.cat([torch.linspace(-100, 100, 401, dtype=torch.float64), torch.randn(200, dtype=torch.float64), torch.tensor([20.0, 10.0, 87.5, 1e-3, 1e-8, 1e-30], dtype=torch.float64)])
    z = torch.cat([z, -z])
    for name, dtype in DTYPES.items():
        rows = [[v, float(softplus(mpmath.mpf(v))), float(sigma(mpmath.mpf(v)))] for v in z.to(dtype).tolist()]
        yield {"dtype": name, "rows": [[v if v else 0.0, s, g] for v, s, g in rows]}


def main():
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bcewithlogits.json"), "w", newline="\n") as file:
        file.write('{"torch":"%s",\n"cases":%s,\n"edges":%s,\n"sizes":%s,\n"tails":%s}\n' % (torch.__version__, lines(cases()), lines(edges()), lines(sizes()), lines(tails())))


main()
