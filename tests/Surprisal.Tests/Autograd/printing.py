"""Writes printing.json: tensors and the text that PyTorch prints for them.

Made with Python 3.11.2, PyTorch 1.13.0a0 and NumPy 1.24.2 (Debian's python3-torch and python3-numpy).
Run it in this folder: python3 printing.py
Each case has the bytes of the elements (little-endian, row-major, base64), so that every NaN and -0 is exact.
"""
import base64
import json

import numpy as np
import torch

random = np.random.default_rng(20)
cases = []


def case(name, tensor):
    """Records what print shows; the tensor may be a leaf or the result of an operation."""
    detached = tensor.detach().contiguous()
    grad = type(tensor.grad_fn).__name__ if tensor.grad_fn is not None else "requires_grad" if tensor.requires_grad else None
    cases.append({
        "name": name,
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "data": base64.b64encode(detached.numpy().tobytes()).decode(),
        "grad": grad,
        "text": str(tensor),
    })


def floats(*shape, scale=1.0, dtype=torch.float32):
    return torch.from_numpy(np.asarray(random.normal(0, scale, shape))).to(dtype)


INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
FLOATS = [torch.float16, torch.float32, torch.float64]
NAN, INF = float("nan"), float("inf")

# Rank 0 and empty ones.
for dtype in INTEGERS + FLOATS:
    case(f"scalar {dtype}", torch.tensor(3, dtype=dtype))
    case(f"zero {dtype}", torch.tensor(0, dtype=dtype))
    for shape in [(0,), (0, 3), (3, 0), (2, 0, 4), (1, 0)]:
        case(f"empty {dtype} {shape}", torch.zeros(shape, dtype=dtype))
for value in [0.5, -0.0, 1e-5, 1e8, 1.5e8, 12345.678, NAN, INF, -INF, 1e-45, 3.4028235e38, 99999.99999, 0.99995, 9.99995e-5, 123456789.0]:
    case(f"scalar {value}", torch.tensor(value))
    case(f"scalar {value} double", torch.tensor(value, dtype=torch.float64))
    case(f"scalar {value} with grad", torch.tensor(value, requires_grad=True))
case("scalar smallest double", torch.tensor(5e-324, dtype=torch.float64))
case("scalar largest double", torch.tensor(1.7976931348623157e308, dtype=torch.float64))
case("empty with grad", torch.zeros(0, 3, requires_grad=True))
case("empty double with grad", torch.zeros(0, 3, dtype=torch.float64, requires_grad=True))

# Integers of all widths: extremes, signs, wrapped rows.
for dtype in INTEGERS:
    info = torch.iinfo(dtype)
    case(f"extremes {dtype}", torch.tensor([info.min, 0, info.max], dtype=dtype))
    for count in [1, 2, 11, 12, 13, 19, 20, 21, 40, 100, 1000, 1001]:
        case(f"random {dtype} {count}", torch.from_numpy(random.integers(info.min // 3, info.max // 3, count)).to(dtype))
    case(f"matrix {dtype}", torch.from_numpy(random.integers(0, 100, (5, 7))).to(dtype))
    case(f"wide matrix {dtype}", torch.from_numpy(random.integers(0, 100, (4, 30))).to(dtype))

# Which notation: whole, decimal, scientific, and their borders.
NOTATIONS = [
    [1, 2, 3], [1, -2, 3], [1, 1000], [1, 1001], [1, 1001, 0.5], [1e8], [1e8 + 8], [99999999.0, 1e8], [2e8, 1e8], [0.1, 100], [0.1, 100.1], [0.1, 99.9],
    [1e-4, 1e-3], [1.1e-4, 1e-3], [9e-5, 1e-3], [0.5, 1e-5], [1.5, 1e8], [0, 0, 0], [0, 0.5], [-0.0, 0.0], [-0.0, 0.25], [-0.0, 1e-9],
    [NAN], [INF], [-INF], [NAN, INF, -INF], [NAN, 1], [NAN, 1.5], [INF, 1], [INF, 1.5], [-INF, 1.5], [-INF, 1], [-INF, -1], [NAN, 1e-7], [-INF, 0, 1e20],
    [NAN, 0.0], [-INF, 0.0], [1e10, NAN, -0.0, 3], [12345678, 12345679.0], [-12345.5, 7], [0.00005, 1], [0.9999, 0.99999], [1e-38, 1e38], [1e-30], [2.0**-149],
    [1e20], [-1e20, 1e20], [0.1, 0.2, 0.3], [65504, 1], [999.5, 1], [1000.5, 1], [1.0, 2.5],
]
for values in NOTATIONS:
    for dtype in FLOATS:
        case(f"{values} {dtype}", torch.tensor(values, dtype=dtype))
# Exactly halfway between two decimals: C rounds to the even digit, on the binary value.
case("ties", torch.tensor([k / 32 for k in range(-33, 64)]))
case("double ties", torch.tensor([1 + k / 32 for k in range(0, 64)], dtype=torch.float64))
case("scientific ties", torch.tensor([(1 + k / 32) * 2.0**s for k in range(0, 32) for s in (0, 20, 40)], dtype=torch.float64))
case("near ties", torch.tensor([1.00005, 1.00015, 1.00025, 0.00005, 2.00035, 9.99995, 0.12345, 0.12355], dtype=torch.float64))
case("long exponents", torch.tensor([1e-300, 1e300, 1e5, 1e-99, 1e100], dtype=torch.float64))

# Vectors and matrices around 80 columns, in every notation, with and without a suffix.
for count in [1, 2, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19, 24, 25, 26, 27]:
    case(f"vector of {count}", floats(count))
    case(f"large vector of {count}", floats(count, scale=100.0))
    case(f"whole vector of {count}", floats(count, scale=30.0).round())
    case(f"scientific vector of {count}", floats(count) * 1e-6)
    case(f"vector with grad of {count}", floats(count).requires_grad_())
    case(f"double vector with grad of {count}", floats(count, dtype=torch.float64).requires_grad_())
    case(f"matrix of {count}", floats(3, count))
    case(f"matrix with history of {count}", floats(2, count).requires_grad_() * 2)
    case(f"double matrix with history of {count}", floats(2, count, scale=20.0, dtype=torch.float64).requires_grad_().exp())
    case(f"rank 3 of {count}", floats(2, 2, count).requires_grad_().tanh())
    case(f"short of {count}", torch.arange(100, 100 + count, dtype=torch.int16))
for width in range(40, 84):
    # The last line grows by one character a case, past every place where a suffix goes to the next line.
    digits = [10 ** min(6, max(0, width - 40 - 4 * k)) for k in range(8)]
    case(f"line of {width}", torch.tensor([float(d) for d in digits] + [1.0] * 9, dtype=torch.float64, requires_grad=True))
    case(f"whole line of {width}", torch.arange(width - 30, dtype=torch.int8))
    case(f"float line of {width}", torch.ones((width - 20) // 4).requires_grad_().softmax(0).log())

# Many ranks, and the border of the summary at 1000 elements.
for shape in [(1, 1), (1, 1, 1), (2, 3, 4), (1, 2, 1, 2), (2, 1, 3, 1, 2), (2, 2, 2, 2, 2, 2), (3, 1, 1, 1, 1, 1, 1), (10, 100), (100, 10), (1000,), (1001,), (10, 10, 10),
              (7, 11, 13), (1, 1001), (1001, 1), (6, 6, 6, 6), (7, 7, 3, 7), (2, 501), (501, 2), (6, 167), (7, 143), (143, 7), (3, 4, 5, 20), (1, 1, 1500), (8, 1, 150), (1, 7, 1, 7, 30),
              (2, 3, 3, 7, 8), (40, 40)]:
    small = floats(*shape)
    case(f"shape {shape}", small)
    if small.numel() < 200 or shape in [(10, 10, 10), (7, 11, 13)]:  # the file must stay small
        case(f"shape {shape} scientific", small.exp() ** 5)
        case(f"shape {shape} int32", (small * 100).to(torch.int32))
        case(f"shape {shape} double with history", (small.double().requires_grad_() + 1))
        case(f"shape {shape} whole", (small * 10).round().requires_grad_())
# What the summary leaves out must not decide the notation.
hidden = torch.ones(2000)
hidden[1000] = 1e20
case("a hidden large number", hidden)
hidden = torch.full((40, 40), 0.5)
hidden[0, 20] = 1e-20
case("a hidden small number", hidden)
hidden[0, 39] = NAN
hidden[39, 0] = -INF
case("shown NaN and infinity", hidden)
case("double summary with grad", torch.linspace(0, 1, 1001, dtype=torch.float64, requires_grad=True))

# Operations whose names differ in length.
x, w = floats(3, 5).requires_grad_(), torch.tensor([1, 0, 4])
case("cross-entropy", torch.nn.functional.cross_entropy(x, w))
case("cross-entropy of each", torch.nn.functional.cross_entropy(x, w, reduction="none"))
case("log-softmax", torch.log_softmax(x, 1))
case("matrix product", x @ x.T)
case("mean", x.mean())
case("sum of doubles", x.double().sum())
case("slice", x[0])

# A random mix of everything.
for number in range(150):
    shape = tuple(int(n) for n in random.integers(1, 6, random.integers(0, 5)))
    values = random.normal(0, 1, shape) * 10.0 ** random.integers(-6, 7)
    kind = random.integers(0, 4)
    if kind == 0:
        values = np.round(values)
    if kind == 1:
        values = np.where(random.random(shape) < 0.2, random.choice([NAN, INF, -INF, 0.0, -0.0], shape), values)
    if kind == 2:
        values = values * 10.0 ** random.integers(-3, 4, shape)
    tensor = torch.from_numpy(np.asarray(values)).to(FLOATS[random.integers(1, 3)])
    case(f"random {number}", tensor if kind != 3 else tensor.requires_grad_())

with open("printing.json", "w", encoding="ascii") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
