"""Writes bfloat16.json beside itself: PyTorch's conversions, arithmetic, printing and gradients in bfloat16 and float16.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 bfloat16.py

conversions: the bits of a float and of the bfloat16 that it becomes.
arithmetic:  the bits of two bfloat16 and of their sum, difference, product and quotient, and of the first one's root.
printed:     the bits of a tensor's elements and the text that PyTorch prints.
gradients:   x in 16 bits is used twice, as x.float() * u and x.float() * v, summed; x.grad after the backward of that, and after another one through w.
"""
import json
import os

import numpy as np
import torch

random = np.random.default_rng(16)
NAN, INF = float("nan"), float("inf")
NARROW = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def floats(bits):
    return torch.from_numpy(np.array(bits, dtype=np.uint32).view(np.float32).copy())


def narrow(bits, dtype):
    return torch.from_numpy(np.array(bits, dtype=np.uint16).view(np.int16).copy()).view(dtype)


def bits(tensor):
    return [int(b) & 0xFFFF for b in tensor.detach().contiguous().view(torch.int16).reshape(-1).tolist()]


# Zeros, denormals of both types, the ends of the ranges, NaN with each kind of fraction, and ties and their neighbours.
chosen = [0x00000000, 0x00000001, 0x00007FFF, 0x00008000, 0x00008001, 0x00010000, 0x00018000, 0x007FFFFF, 0x00800000, 0x7F7F0000, 0x7F7F7FFF, 0x7F7F8000, 0x7F7FFFFF, 0x7F800000,
          0x7F800001, 0x7F808000, 0x7FBFFFFF, 0x7FC00000, 0x7FFFFFFF, 0x3F800000, 0x3F808000, 0x3F818000, 0x3F7F8000, 0x3F7FFFFF, 0x3DCCCCCD, 0x40490FDB, 0x402DF854, 0x42C80000, 0x501502F9]
for _ in range(24):
    upper = int(random.integers(0, 0x7F80)) << 16
    chosen += [upper | 0x7FFF, upper | 0x8000, upper | 0x8001]
chosen += [int(b) for b in random.integers(0, 0x7F800000, 20)]
chosen = [b | sign for b in chosen for sign in (0, 0x80000000)]
converted = bits(floats(chosen).to(torch.bfloat16))

left = [int(b) for b in random.integers(0x3A00, 0x4600, 70)] + [0x0001, 0x0080, 0x7F7F, 0x7F7F, 0x0000, 0x7F80, 0x7F80, 0x7FC0, 0x3F80, 0x0085]
right = [int(b) for b in random.integers(0x3A00, 0x4600, 70)] + [0x0001, 0x0003, 0x7F7F, 0x3F81, 0x0000, 0xFF80, 0x3F80, 0x3F80, 0x3C00, 0x3F00]
left = [b ^ (0x8000 if i % 3 == 0 else 0) for i, b in enumerate(left)]
right = [b ^ (0x8000 if i % 5 == 0 else 0) for i, b in enumerate(right)]
a, b = narrow(left, torch.bfloat16), narrow(right, torch.bfloat16)
arithmetic = {"left": left, "right": right, "sum": bits(a + b), "difference": bits(a - b), "product": bits(a * b), "quotient": bits(a / b), "root": bits(a.sqrt())}

printed = []
for name, dtype in NARROW.items():
    for values in [1.5, 0.1, [], [1.5, -2, 0.25], [1, 2, 3], [NAN, 1, -INF], [1e-3, 1000], [0.1, 0.2, 0.3], [1e-5, 1], [60000, 0.5], [[1, 2.5], [-3, 4]], [-0.0, 0.0], list(range(12)),
                   [k / 8 for k in range(40)], [[[k / 4 + j for k in range(3)] for j in range(2)] for _ in range(2)], [1e-6], [65504]]:
        for grad in (False, True):
            x = torch.tensor(values, dtype=dtype, requires_grad=grad)
            printed.append({"dtype": name, "shape": list(x.shape), "bits": bits(x), "grad": grad, "text": str(x)})
    x = torch.linspace(-3, 3, 1200).to(dtype).reshape(30, 40)
    printed.append({"dtype": name, "shape": list(x.shape), "bits": bits(x), "grad": False, "text": str(x)})
for values in [[1e8, 1e20], [1e38, 1e-38], [3.3895e38]]:
    x = torch.tensor(values, dtype=torch.bfloat16)
    printed.append({"dtype": "bfloat16", "shape": list(x.shape), "bits": bits(x), "grad": False, "text": str(x)})

gradients = []
for name, dtype in NARROW.items():
    x = torch.from_numpy(random.normal(0, 1, (4, 5))).to(dtype).requires_grad_()
    u = torch.from_numpy(random.normal(0, 3, (4, 5))).float()
    v = torch.from_numpy(random.normal(0, 1, (4, 5))).float()
    w = torch.from_numpy(random.normal(0, 2, (4, 5))).float()
    ((x.float() * u).sum() + (x.float() * v).sum()).backward()
    once = bits(x.grad)
    (x.float() * w).sum().backward()
    tensors = {k: {"shape": [4, 5], "values": t.reshape(-1).tolist()} for k, t in (("u", u), ("v", v), ("w", w))}
    gradients.append({"dtype": name, "x": bits(x), **tensors, "once": once, "twice": bits(x.grad), "widened": x.float().reshape(-1).tolist()})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bfloat16.json")
with open(path, "w", encoding="ascii") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in {
        "conversions": {"floats": chosen, "bfloat16": converted}, "arithmetic": arithmetic, "printed": printed, "gradients": gradients}.items()) + "\n}\n")
