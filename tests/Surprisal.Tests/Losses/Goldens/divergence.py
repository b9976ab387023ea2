"""Writes kldiv.json, softmargin.json and multilabelsoftmargin.json beside itself: PyTorch's values and gradients.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 divergence.py

Each case has the input, the target, PyTorch's value and its gradients; where PyTorch gives the target none, targetGradient is null.
Without a reduction the upstream gradient of loss i is 0.5 + i % 3; otherwise it is 1.
cases: the full product of element type, shapes (ranks 0 to 4 and what broadcasts), kind of target, reduction and options.
edges: zeros, infinities, NaN, empty shapes. What Surprisal decides differently is not here but in the tests.

soft_margin_loss is written as PyTorch 2.x computes it, log1p(exp(-y x)); 1.13 has log(1 + exp(-y x)), which loses its tail.
"""
import itertools
import json
import math
import os
import warnings

import torch
import torch.nn.functional as F

from torchnumbers import number

warnings.simplefilter("ignore")  # kl_div warns about mean against batchmean
DTYPES = {"float64": torch.float64, "float32": torch.float32}
NAN, INF = math.nan, math.inf
SHAPES = [(), (5,), (4, 5), (3, 4, 3), (2, 3, 2, 3)]
TO_INPUT = [((4, 5), (5,)), ((4, 5), (4, 1)), ((2, 3, 2), ()), ((2, 3, 2), (3, 1))]


def tensor(t):
    return {"shape": list(t.shape), "values": [number(v, t.dtype) for v in t.detach().reshape(-1).tolist()]}


def soft_margin(x, t, reduction):
    """2.x's formula, of which 1.13's own value and gradient differ by rounding only."""
    loss = torch.log1p(torch.exp(-t * x))
    y = x.detach().clone().requires_grad_()
    old = F.soft_margin_loss(y, t, reduction="none")
    assert torch.allclose(old, loss, atol=1e-6, equal_nan=True)
    for a, b in zip(torch.autograd.grad(old.sum(), y), torch.autograd.grad(loss.sum(), x, retain_graph=True)):
        assert torch.allclose(a, b, atol=1e-6, equal_nan=True)
    return {"none": loss, "mean": loss.mean(), "sum": loss.sum()}[reduction]


def case(name, dtype, function, x, t, reduction, differentiable=True, **options):
    x, t = x.to(DTYPES[dtype]).clone().requires_grad_(), t.to(DTYPES[dtype]).clone().requires_grad_(differentiable)
    options = {k: v.to(DTYPES[dtype]) if torch.is_tensor(v) else v for k, v in options.items() if v is not None}
    out = function(x, t, reduction=reduction, **options)
    upstream = torch.ones_like(out) if reduction != "none" else (0.5 + torch.arange(out.numel()) % 3).to(out.dtype).reshape(out.shape)
    out.backward(upstream)
    written = {k: tensor(v) if torch.is_tensor(v) else v for k, v in options.items()}
    return {"name": name, "dtype": dtype, "reduction": reduction, **written, "input": tensor(x), "target": tensor(t), "value": tensor(out),
            "gradient": tensor(x.grad), "targetGradient": tensor(t.grad) if differentiable else None}


def normal(shape):
    return torch.randn(shape, dtype=torch.float64)


def column(values):
    return torch.tensor(values, dtype=torch.float64)


def kldiv():
    both = [((5,), (4, 5)), ((1, 5), (4, 1)), ((), (3,)), ((4, 1), (2, 1, 5))]
    for xs, ts in [(s, s) for s in SHAPES] + TO_INPUT + both:
        x = torch.log_softmax(normal(xs) * 2, -1) - 0.1
        probability = torch.softmax(normal(ts), -1) * 0.9
        for dtype, reduction, log_target in itertools.product(DTYPES, ("none", "mean", "sum", "batchmean"), (False, True)):
            yield case(f"{list(xs)} and {list(ts)}", dtype, F.kl_div, x, probability.log() if log_target else probability, reduction, log_target=log_target)
    x = column([-1, -INF, -INF, INF, -1, -1, NAN, -1, -1, -INF, -1, INF, INF, -INF, 0.5, -1, -1])
    t = column([0, 0, 0.5, 0.5, -0.5, -INF, 0.5, NAN, INF, -INF, -0.0, INF, 0, INF, 2, 1e-300, 800])
    for log_target in (False, True):
        yield case("zeros, infinities and NaN", "float64", F.kl_div, x, t, "none", log_target=log_target)
    for reduction, shape in itertools.product(("none", "mean", "sum", "batchmean"), [(0,), (0, 3), (2, 0), (2, 0, 3)]):
        yield case(f"empty {list(shape)}", "float64", F.kl_div, normal(shape), normal(shape), reduction, log_target=False)


def softmargin():
    for xs, ts in [(s, s) for s in SHAPES] + TO_INPUT:
        x, sign, real = normal(xs) * 3, torch.sign(normal(ts)), normal(ts)
        for dtype, reduction, t in itertools.product(DTYPES, ("none", "mean", "sum"), (sign, real)):
            yield case(f"{list(xs)} and {list(ts)}", dtype, soft_margin, x, t, reduction, differentiable=False)
    x = column([20, -20, 40, -40, 100, -100, 100, -100, 600, -600, 0, 0, 3, NAN, 1, INF, -INF, INF])
    y = column([1, 1, 1, 1, 1, 1, -1, -1, 1, 1, 1, -1, 0, 1, NAN, 1, -1, 0])
    yield case("tails, infinities and NaN", "float64", soft_margin, x, y, "none", differentiable=False)
    for reduction, shape in itertools.product(("none", "mean", "sum"), [(0,), (0, 3), (2, 0, 3)]):
        yield case(f"empty {list(shape)}", "float64", soft_margin, normal(shape), normal(shape), reduction, differentiable=False)


def multilabelsoftmargin():
    for xs, ts in [(s, s) for s in SHAPES if s] + TO_INPUT:
        x, hot, soft = normal(xs) * 3, (normal(ts) > 0).double(), torch.rand(ts, dtype=torch.float64)
        rows = (xs[-2], 1) if len(xs) > 1 else (1,)
        weights = [None, torch.rand(xs[-1:]) * 3, torch.rand(rows) * 3, torch.tensor(2.5), torch.rand(xs)]
        for dtype, reduction, t, weight in itertools.product(DTYPES, ("none", "mean", "sum"), (hot, soft), weights):
            yield case(f"{list(xs)} and {list(ts)}", dtype, F.multilabel_soft_margin_loss, x, t, reduction, weight=weight)
    z = column([INF, INF, NAN, 1, 100, -100, 100, -100, 2, 2, 800])
    y = column([0, 0.5, 1, NAN, 1, 0, 0, 1, -1, 2, 1])
    yield case("infinities, NaN and tails", "float64", F.multilabel_soft_margin_loss, z.unsqueeze(1), y.unsqueeze(1), "none")
    for reduction, shape in itertools.product(("none", "mean", "sum"), [(0,), (0, 3), (2, 0), (2, 0, 3), (0, 0)]):
        yield case(f"empty {list(shape)}", "float64", F.multilabel_soft_margin_loss, normal(shape), normal(shape), reduction)


def main():
    for write in (kldiv, softmargin, multilabelsoftmargin):
        torch.manual_seed(0)
        lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in write())
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), write.__name__ + ".json"), "w", newline="\n") as file:
            file.write('{"torch":"%s",\n"cases":[\n%s\n]}\n' % (torch.__version__, lines))


main()
