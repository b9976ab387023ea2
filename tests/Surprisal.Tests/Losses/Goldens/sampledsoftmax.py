"""Writes sampledsoftmax.json beside itself: sampled softmax over log-uniform candidates, values and gradients.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 sampledsoftmax.py

PyTorch has no such function: here SplitMix64 (Steele, Lea, Flood 2014) and the log-uniform sampler, with the mean of 1 / (1 - exp(-P t)) as an integral, are written out in Python, and
the loss is linear, a correction by ln of the expected count, and cross_entropy, with autograd's gradients. Ignored rows are left out first.

Each case has the options, the candidates with how often each came, hidden states, weight and bias (multiples of 1/8), targets, the value, and the gradients of all
three, one after the other. Without a reduction the upstream gradient of row i is 0.5 + i % 3.
"""
import itertools
import json
import math
import os
import random

import torch
import torch.nn.functional as F

from torchnumbers import numbers

MASK, GAMMA = (1 << 64) - 1, 0x9E3779B97F4A7C15
DTYPES = {"float64": torch.float64, "float32": torch.float32}


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def uniforms(seed, step):
    start = mix((mix((seed + GAMMA) & MASK) + step * GAMMA) & MASK)
    for position in itertools.count(1):
        yield (mix((start + position * GAMMA) & MASK) >> 11) * 2.0 ** -53


def draw(classes, samples, replacement, seed, step):
    if not replacement and samples >= classes:
        return dict.fromkeys(range(classes), 1), None
    found, draws, source = {}, 0, uniforms(seed, step)
    while not replacement or draws < samples:
        c = min(classes - 1, math.floor(math.exp(next(source) * math.log(classes + 1))) - 1)
        draws += 1
        if not replacement and len(found) == samples and c not in found:
            break
        found[c] = found.get(c, 0) + 1
    return dict(sorted(found.items())), draws


def log_expected(c, classes, replacement, draws):
    if draws is None:
        return 0.0
    p = math.log((c + 2) / (c + 1)) / math.log(classes + 1)
    if replacement:
        return math.log(draws * p)
    # E 1 / (1 - exp(-p t)) of t ~ Gamma(draws), by the trapezoidal rule in ln t
    step, total = 0.002, []
    for i in range(-20000, 4000):
        t = math.exp(math.log(draws) + i * step)
        log_weight = draws * math.log(t) - t - math.lgamma(draws)
        if log_weight > -700:
            total.append(step * math.exp(log_weight) / -math.expm1(-p * t))
    return -math.log(math.fsum(total))


def run(rng, dtype, rows, features, classes, samples, bias, replacement, correct, reduction):
    seed, step = rng.randrange(1000), rng.randrange(1000)
    found, draws = draw(classes, samples, replacement, seed, step)
    count, make = math.prod(rows), lambda n: [rng.randint(-16, 16) / 8 for _ in range(n)]
    x = torch.tensor(make(count * features), dtype=dtype).reshape(count, features).requires_grad_()
    w = torch.tensor(make(classes * features), dtype=dtype).reshape(classes, features).requires_grad_()
    b = torch.tensor(make(classes), dtype=dtype).requires_grad_() if bias else None
    target = [-100 if i == 1 else rng.randrange(classes) if i % 2 else min(rng.randrange(8), classes - 1) for i in range(count)]
    kept = [i for i, t in enumerate(target) if t != -100]
    candidates, losses = list(found), []
    for i in kept:
        z = F.linear(x[i], w, b).double()
        shift = torch.tensor([log_expected(c, classes, replacement, draws) - math.log(found[c] if replacement else 1) for c in candidates], dtype=torch.float64)
        own = z[target[i]] - (log_expected(target[i], classes, replacement, draws) if correct else 0)
        others = (z[candidates] - shift)[[c != target[i] for c in candidates]]
        losses.append(F.cross_entropy(torch.cat([own.reshape(1), others]), torch.tensor(0)))
    losses = torch.stack(losses).to(dtype)
    if reduction == "none":
        value = torch.zeros(count, dtype=dtype).masked_scatter(torch.tensor([t != -100 for t in target]), losses)
        value.backward((0.5 + torch.arange(count) % 3).to(dtype))
    else:
        value = losses.sum() if reduction == "sum" else losses.mean()
        value.backward()
    gradients = [numbers(t.grad) for t in (x, w, b) if t is not None]
    return {"rows": rows, "features": features, "classes": classes, "samples": samples, "seed": seed, "step": step, "replacement": replacement,
            "correct": correct, "reduction": reduction, "candidates": list(found.items()), "hidden": numbers(x), "weight": numbers(w),
            "bias": numbers(b) if bias else [], "targets": target, "value": numbers(value), "gradients": sum(gradients, [])}


def main():
    rng, cases = random.Random(43), []
    shapes = [((), 3, 40, 5), ((7,), 4, 60, 16), ((2, 3), 2, 9, 1), ((5,), 3, 6, 6), ((4,), 2, 1, 3)]
    product = itertools.product(DTYPES, shapes, (False, True), (False, True), (False, True), ("none", "mean", "sum"))
    for dtype, shape, bias, replacement, correct, reduction in product:
        cases.append({"dtype": dtype, **run(rng, DTYPES[dtype], *shape, bias, replacement, correct, reduction)})
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "sampledsoftmax.json"), "w", newline="\n") as file:
        lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
        file.write('{"torch":"%s","cases":[\n%s\n]}\n' % (torch.__version__, lines))


main()
