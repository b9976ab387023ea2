"""Writes functions.json: what PyTorch answers for softmax and its relatives, and for their gradients.

Written with PyTorch 1.13.1 (Debian 12, which calls itself 1.13.0a0) and NumPy 1.24.2. Run in this folder: python3 functions.py
Each case holds the input, the arguments, the output, an upstream gradient, the input's gradient, and the name of grad_fn.
"""
import json
import math

import torch
import torch.nn.functional as F

from torchrecord import record

torch.manual_seed(30)
NAN, INF = math.nan, math.inf
cases = []


def case(name, function, x, **arguments):
    """One case in float32 and in float64; the input is given in float64."""
    for dtype in (torch.float32, torch.float64):
        leaf = x.detach().clone().to(dtype).requires_grad_()
        output = function(leaf)
        upstream = ((torch.randn(output.shape, dtype=torch.float64) * 16).round() / 16).to(dtype)
        output.backward(upstream)
        cases.append({
            "function": name,
            "dtype": str(dtype).replace("torch.", ""),
            "arguments": arguments,
            "input": record(leaf),
            "output": record(output),
            "gradFn": output.grad_fn.name(),
            "upstream": record(upstream),
            "gradient": record(leaf.grad),
        })


def normal(*shape):
    """Three times the standard normal in steps of 1/64, which keeps the file short."""
    return (torch.randn(shape, dtype=torch.float64) * 64).round() / 64 * 3


def values(*items):
    return torch.tensor(items, dtype=torch.float64)


# The special values of a row; along the last axis and along another one.
ROWS = values([1, 2, 3, 4], [NAN, 1, 2, 3], [INF, 1, 2, 3], [INF, INF, 0, 1], [-INF, 1, 2, 3], [-INF, -INF, -INF, 5], [-INF] * 4, [1e4, 1e4 + 1, 1e4 - 1, 1e4],
              [3e38, -3e38, 0, 0], [-1e7, -1e7 + 1, -1e7 + 2, -1e7], [100, 0, -100, 0], [0, 0, 0, 0], [INF, -INF, 0, NAN], [-200, 1, -200, -100], [INF] * 4, [INF, NAN, 1, 2])
AXES = {"softmax": torch.softmax, "logSoftmax": torch.log_softmax, "softmin": F.softmin, "logSumExp": torch.logsumexp}
for name, function in AXES.items():
    # The gradient of logsumexp takes x - y from a rounded y: at offsets of 1e4 and more that is PyTorch's noise, so no case.
    rows = ROWS[[i for i in range(len(ROWS)) if i not in (7, 9)]] if name == "logSumExp" else ROWS
    case(name, lambda x: function(x, 1), rows, axis=1)
    case(name, lambda x: function(x, 0), rows.t(), axis=0)
    for shape in [(), (1,), (6,), (37,), (3, 5), (2, 3, 4), (2, 20), (18, 2), (2, 5, 17), (2, 2, 3, 2), (0, 3), (3, 0), (2, 0, 3)]:
        for axis in range(-max(1, len(shape)), max(1, len(shape))) if len(shape) < 3 else range(-1, len(shape)):
            x = normal(*shape)
            case(name, lambda x: function(x, axis), x, axis=axis)
            if name == "logSumExp":
                case(name, lambda x: function(x, axis, True), x, axis=axis, keepDim=True)

TAILS = values(0, -0.0, 1, -1, 16.5, 17, -17, 19.875, 20, 20.125, -20, 80, -80, 87.5, -87.5, 100, -100, 104, -104, 1000, -1000, 1e-10, -1e-10, 3e38, -3e38, INF, -INF, NAN)
SHAPES = [(), (1,), (5,), (3, 7), (2, 33), (2, 3, 5), (0, 3)]
for name, function in {"sigmoid": torch.sigmoid, "logSigmoid": F.logsigmoid}.items():
    case(name, function, TAILS)
    for shape in SHAPES:
        case(name, function, normal(*shape))
for beta, threshold in [(1, 20), (2, 20), (0.5, 20), (2, 5), (1, 0), (1, -2), (-1, 20), (-2, 1), (0, 20), (10, 20)]:
    case("softplus", lambda x: F.softplus(x, beta, threshold), TAILS, beta=beta, threshold=threshold)
    for shape in SHAPES if beta == 1 and threshold == 20 else [(3, 7)]:
        case("softplus", lambda x: F.softplus(x, beta, threshold), normal(*shape), beta=beta, threshold=threshold)

onehots = []
for indices, classes in [(torch.tensor(2), -1), (torch.tensor(2), 4), (torch.tensor([0, 2, 1]), -1), (torch.tensor([[0, 3], [3, 1]]), 5), (torch.tensor([[[1]], [[0]]]), -1),
                         (torch.zeros(0, dtype=torch.int64), 5), (torch.zeros((2, 0), dtype=torch.int64), 3)]:
    onehots.append({"indices": record(indices), "classes": classes, "output": record(F.one_hot(indices, classes))})

with open("functions.json", "w", encoding="utf-8", newline="\n") as file:
    file.write('{"pytorch": "' + torch.__version__ + '", "cases": [\n')
    file.write(",\n".join(json.dumps(each, allow_nan=False) for each in cases))
    file.write('\n], "oneHots": [\n')
    file.write(",\n".join(json.dumps(each, allow_nan=False) for each in onehots))
    file.write("\n]}\n")
