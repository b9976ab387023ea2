"""Writes information.json beside itself: entropies, cross-entropies, divergences and their gradients by PyTorch and SciPy.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), SciPy 1.10.1, CPU.  Run: /usr/bin/python3 information.py

rows:  pairs of distributions: torch.distributions.Categorical(...).entropy() and kl_divergence, scipy.stats.entropy in nats and bits.
       Rows with zeros are SciPy's alone: Categorical clamps its probabilities.
cases: dtype x shapes x axis: values, and gradients by torch.autograd of the formulas; the upstream gradient of sum i is 0.5 + i % 3.
Numbers have as many digits as they need to come back exactly.
"""
import json
import math
import os

import numpy as np
import scipy
import scipy.special
import scipy.stats
import torch
from torch.distributions import Categorical, kl_divergence


def number(v, digits=17):
    if math.isnan(v) or math.isinf(v):
        return "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity"
    return float(f"{v:.{digits}g}")


def tensor(x):
    x = x.detach()
    return {"shape": list(x.shape), "values": [number(v, 9 if x.dtype == torch.float32 else 17) for v in x.reshape(-1).tolist()]}


def distributions(generator):
    for n in (1, 2, 3, 7, 8, 9, 16, 33, 1000):
        p, q = generator.dirichlet(np.ones(n), 2)
        yield p, q
    yield np.array([0.5, 0.5]), np.array([0.9, 0.1])
    yield np.array([0.99, 0.01]), np.array([0.01, 0.99])
    yield np.array([1e-300, 1 - 1e-300]), np.array([0.5, 0.5])
    yield np.array([0.0, 0.25, 0.75]), np.array([0.2, 0.3, 0.5])
    yield np.array([0.0, 1.0]), np.array([0.0, 1.0])
    yield np.array([0.0, 1.0]), np.array([0.5, 0.5])
    yield np.array([0.5, 0.5]), np.array([0.0, 1.0])
    yield np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.5, 0.0])
    yield np.full(10, 0.1), np.full(10, 0.1)


def rows():
    for p, q in distributions(np.random.default_rng(3)):
        entropy, kl = scipy.stats.entropy(p), float(np.sum(scipy.special.rel_entr(p, q)))
        cross = -float(np.sum(scipy.special.xlogy(p, q)))
        if p.min() > 1e-10 and q.min() > 1e-10:  # both libraries agree, so that neither's habits slip in
            a, b = (Categorical(probs=torch.tensor(x)) for x in (p, q))
            assert math.isclose(a.entropy().item(), entropy, rel_tol=1e-12, abs_tol=1e-14)
            assert math.isclose(kl_divergence(a, b).item(), kl, rel_tol=1e-12, abs_tol=1e-14)
        bits = scipy.stats.entropy(p, base=2)
        yield {"p": p.tolist(), "q": q.tolist(), "entropy": number(entropy), "bits": number(bits), "crossEntropy": number(cross), "klDivergence": number(kl)}


def cases():
    torch.manual_seed(5)
    shapes = [((5,), (5,), 0), ((2, 3), (2, 3), 1), ((2, 3), (2, 3), 0), ((2, 3, 4), (2, 3, 4), 1), ((2, 3, 4), (4,), -1), ((4,), (2, 3, 4), 2), ((3, 1), (2, 3, 4), -2), ((2, 1), (3,), 1), ((3, 9), (3, 9), -1)]
    for shape_p, shape_q, axis in shapes:
        drawn = [torch.rand(s, dtype=torch.float64) * 0.98 + 0.01 for s in (shape_p, shape_q)]
        for dtype in (torch.float64, torch.float32):
            for name in ("entropy", "crossEntropy", "klDivergence"):
                p, q = (x.to(dtype).clone().requires_grad_() for x in drawn)
                a, b = torch.broadcast_tensors(p, q)
                at = axis if name != "entropy" or axis < len(shape_p) else -1
                if name == "entropy":
                    out = torch.special.entr(p).sum(at)
                else:
                    out = -(a * b.log()).sum(at) if name == "crossEntropy" else torch.nn.functional.kl_div(b.log(), a, reduction="none").sum(at)
                upstream = (0.5 + torch.arange(out.numel()) % 3).to(dtype).reshape(out.shape)
                out.backward(upstream)
                case = {"dtype": str(dtype)[6:], "name": name, "axis": at, "p": tensor(p), "q": tensor(q), "output": tensor(out), "upstream": tensor(upstream), "gradientP": tensor(p.grad)}
                if name != "entropy":
                    case["gradientQ"] = tensor(q.grad)
                yield case


def main():
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "information.json"), "w", newline="\n") as file:
        file.write('{"torch":"%s","scipy":"%s",\n"rows":%s,\n"cases":%s}\n' % (torch.__version__, scipy.__version__, lines(rows()), lines(cases())))


main()
