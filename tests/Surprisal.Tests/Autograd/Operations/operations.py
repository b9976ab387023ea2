"""Writes operations.json: what PyTorch answers for every operation and its gradient.

Written with PyTorch 1.13.1 and NumPy 1.24.2 (Debian 12: python3-torch, python3-numpy). Run in this folder: python3 operations.py
Each case holds the inputs, the arguments, the output, an upstream gradient, the inputs' gradients, and the name of grad_fn
(null where PyTorch hands the input itself back).
"""
import json
import math

import torch

from torchrecord import record

torch.manual_seed(20)
NAN, INF = math.nan, math.inf
cases = []


def case(operation, function, *inputs, **arguments):
    """One case in float32 and in float64; inputs are given in float64."""
    for dtype in (torch.float32, torch.float64):
        leaves = [x.detach().clone().to(dtype).requires_grad_() for x in inputs]
        output = function(*leaves)
        upstream = ((torch.randn(output.shape, dtype=torch.float64) * 16).round() / 16).to(dtype)
        output.backward(upstream)
        cases.append({
            "operation": operation,
            "dtype": str(dtype).replace("torch.", ""),
            "arguments": {k: record(v) if isinstance(v, torch.Tensor) else v for k, v in arguments.items()},
            "inputs": [record(x) for x in leaves],
            "output": record(output),
            "gradFn": output.grad_fn.name() if output.grad_fn else None,
            "upstream": record(upstream),
            "gradients": [record(x.grad) for x in leaves],
        })


def normal(*shape):
    """Standard normal in steps of 1/64, which keeps the file short."""
    return (torch.randn(shape, dtype=torch.float64) * 64).round() / 64


def away(*shape):
    """Between 0.5 and 3 in size, either sign: good to divide by."""
    x = normal(*shape)
    return torch.where(x < 0, -1.0, 1.0) * (x.abs().clamp(max=2.5) + 0.5)


def values(*items):
    return torch.tensor(items, dtype=torch.float64)


PAIRS = [((3, 4), (3, 4)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((), (2, 2)), ((5,), ()), ((), ()), ((1, 1, 1), (4,)),
         ((2, 3, 1), (4,)), ((2, 1, 19), (3, 1)), ((4, 1, 3, 1), (2, 1, 5)), ((0, 3), (3,)), ((3, 1), (1, 0)), ((37,), (37,))]
for a, b in PAIRS:
    case("add", lambda x, y: x + y, normal(*a), normal(*b))
    case("subtract", lambda x, y: x - y, normal(*a), normal(*b))
    case("multiply", lambda x, y: x * y, normal(*a), normal(*b))
    case("divide", lambda x, y: x / y, normal(*a), away(*b))
case("divide", lambda x, y: x / y, values(0, 1, -1, INF, 2), values(0, 0, 0, 2, INF))

UNARY = {"negate": torch.neg, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "clone": torch.clone}
for name, function in UNARY.items():
    for shape in [(), (1,), (5,), (3, 7), (2, 33), (0, 3)]:
        x = normal(*shape) * 2
        case(name, function, x.abs() + 0.1 if name in ("log", "sqrt") else x)
case("exp", torch.exp, values(0, -0.0, 1, -1, 88, -87, -110, -800, 1e-20, INF, -INF, NAN))
case("log", torch.log, values(0, 1, -1, 1e-30, 1e30, 0.9999, 1.0001, INF, NAN))
case("sqrt", torch.sqrt, values(0, 1, 4, 1e-30, 1e30, -1, INF, NAN))
case("relu", torch.relu, values(0, -0.0, 1e-30, -1e-30, INF, -INF, NAN))
case("sigmoid", torch.sigmoid, values(0, 20, -20, 80, -80, 1000, -1000, 1e-10, INF, -INF, NAN))
case("tanh", torch.tanh, values(0, 20, -20, 80, -80, 1000, -1000, 1e-5, -1e-5, 0.3, INF, -INF, NAN))
for exponent in [0, 1, 2, 3, 5, 64, 65, 71, -1, -2, -3, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1]:
    base = normal(2, 9)
    whole = exponent == int(exponent)
    case("pow", lambda x: x.pow(exponent), (base if whole else base.abs()).sign() * (base.abs().clamp(max=1.1) + 0.05), exponent=exponent)
case("pow", lambda x: x.pow(2), values(0, -0.0, 3, -3, INF, -INF, NAN), exponent=2)
case("pow", lambda x: x.pow(2.5), values(0, 3, INF, -1, NAN), exponent=2.5)
case("pow", lambda x: x.pow(0.5), values(0, 3, INF, -1, NAN), exponent=0.5)
case("pow", lambda x: x.pow(-1), values(0, 3, -3, INF, NAN), exponent=-1)

for name, function in {"sum": torch.sum, "mean": torch.mean, "max": torch.max}.items():
    for shape in [(), (7,), (3, 5), (2, 3, 4)]:
        case(name, function, normal(*shape))
        for axis in range(-1, max(1, len(shape))):
            for keep in (False, True):
                along = (lambda x: torch.max(x, axis, keep)[0]) if name == "max" else (lambda x: function(x, axis, keep))
                case(name, along, normal(*shape), axis=axis, keepDim=keep)
    case(name, (lambda x: torch.max(x, 0)[0]) if name == "max" else (lambda x: function(x, 0)), normal(2, 0, 3), axis=0, keepDim=False)
case("sum", torch.sum, normal(0, 3))
case("mean", torch.mean, normal(0, 3))
case("sum", lambda x: x.sum(1), normal(2, 0, 3), axis=1, keepDim=False)
case("mean", lambda x: x.mean(1), normal(2, 0, 3), axis=1, keepDim=False)
case("max", torch.max, values(1, 3, 3, 2, 3))
case("max", torch.max, values(1, NAN, 3, NAN))
case("max", lambda x: torch.max(x, 1)[0], torch.tensor([[1.0, 3, 3], [NAN, 5, NAN], [-INF, -INF, -INF]]), axis=1, keepDim=False)

for a, b in [((2, 3), (3, 4)), ((1, 1), (1, 1)), ((13, 7), (7, 33)), ((5, 40), (40, 3)), ((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)),
             ((2, 1, 3, 4), (5, 4, 2)), ((1, 2, 3), (4, 3, 2)), ((0, 3), (3, 4)), ((2, 0), (0, 4)), ((2, 3), (3, 0)), ((0, 2, 3), (3, 2))]:
    case("matmul", torch.matmul, normal(*a), normal(*b))

ROWS = torch.tensor([[1, 2, 3, 4], [NAN, 1, 2, 3], [INF, 1, 2, 3], [INF, INF, 0, 1], [-INF, 1, 2, 3], [-INF, -INF, -INF, 5], [-INF] * 4, [1e4, 1e4 + 1, 1e4 - 1, 1e4],
                     [-1e7, -1e7 + 1, -1e7 + 2, -1e7], [1e30, -1e30, 0, 1], [100, 0, -100, 0], [0, 0, 0, 0], [INF, -INF, 0, NAN], [-200, 1, -200, -100]], dtype=torch.float64)
SOFTMAX = {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}
for name, function in SOFTMAX.items():
    case(name, lambda x: function(x, 1), ROWS, axis=1)
    case(name, lambda x: function(x, 0), ROWS.t(), axis=0)
    case(name, lambda x: function(x, 1), ROWS.reshape(2, 7, 4).transpose(1, 2), axis=1)
    for shape in [(), (1,), (6,), (3, 5), (2, 3, 4), (2, 40), (40, 2), (2, 19, 17), (0, 3), (3, 0)]:
        for axis in range(-1, max(1, len(shape))):
            case(name, lambda x: function(x, axis), normal(*shape) * 3, axis=axis)

for shape, axis, index in [((4,), 0, [3, 0, 0, 1, 2]), ((3, 4), 1, [[0, 0], [3, 1], [2, 2]]), ((3, 4), 0, [[2, 0, 1], [2, 2, 0]]), ((3, 4), -1, [[1], [3], [0]]), ((), 0, 0), ((2, 3, 2), 1, [[[2, 1]], [[0, 0]]])]:
    index = torch.tensor(index)
    case("gather", lambda x: x.gather(axis, index), normal(*shape), axis=axis, indices=index)
case("gather", lambda x: x.gather(1, torch.zeros(3, 0, dtype=torch.int64)), normal(3, 4), axis=1, indices=torch.zeros(3, 0, dtype=torch.int64))

for shapes, axis in [([(2,), (3,)], 0), ([(2, 3), (1, 3), (4, 3)], 0), ([(2, 3), (2, 1)], 1), ([(2, 3), (2, 1)], -1), ([(2, 3, 4), (2, 2, 4), (2, 1, 4)], 1), ([(3, 2)], 0), ([(0, 3), (2, 3)], 0)]:
    case("concatenate", lambda *x: torch.cat(x, axis), *[normal(*shape) for shape in shapes], axis=axis)

for shape, sizes in [((2, 6), [3, 4]), ((2, 6), [-1, 3]), ((4,), [2, 1, 2]), ((), [1, 1]), ((1,), []), ((0, 3), [3, 0]), ((2, 3), [6]), ((0, 3), [-1, 3])]:
    case("reshape", lambda x: x.reshape(sizes), normal(*shape), shape=sizes)
for shape, start, end in [((2, 3, 4), 0, -1), ((2, 3, 4), 1, -1), ((2, 3, 4), 0, 1), ((2, 3, 4), -2, -1), ((), 0, -1), ((5,), 0, 0), ((2, 0, 3), 0, 1)]:
    case("flatten", lambda x: x.flatten(start, end), normal(*shape), start=start, end=end)
for shape in [(1, 3, 1), (2, 3), (), (1,), (1, 0)]:
    case("squeeze", torch.squeeze, normal(*shape))
    for axis in range(-1, max(1, len(shape))):
        case("squeeze", lambda x: x.squeeze(axis), normal(*shape), axis=axis)
for shape in [(), (3,), (2, 3)]:
    for axis in range(-len(shape) - 1, len(shape) + 1):
        case("unsqueeze", lambda x: x.unsqueeze(axis), normal(*shape), axis=axis)
for shape, first, second in [((2, 3), 0, 1), ((2, 3, 4), 0, 2), ((2, 3, 4), -2, -1), ((2, 3, 4), 1, 1), ((2, 0, 3), 0, 1), ((), 0, 0)]:
    case("transpose", lambda x: x.transpose(first, second), normal(*shape), first=first, second=second)
for shape, axes in [((2, 3, 4), [2, 0, 1]), ((2, 3, 4), [-1, 1, 0]), ((2, 1, 3, 4), [3, 1, 0, 2]), ((3,), [0]), ((), []), ((2, 0), [1, 0])]:
    case("permute", lambda x: x.permute(axes), normal(*shape), axes=axes)
for shape, start, end in [((5, 2), 1, 3), ((5,), 0, 5), ((5, 2, 3), 4, 5), ((4, 2), 2, 2), ((0, 2), 0, 0)]:
    case("slice", lambda x: x[start:end], normal(*shape), start=start, end=end)
for shape, row in [((5, 2), 0), ((5, 2), 4), ((3,), 1), ((2, 2, 3), 1), ((2, 0), 1)]:
    case("select", lambda x: x[row], normal(*shape), row=row)

with open("operations.json", "w", encoding="utf-8", newline="\n") as file:
    file.write('{"pytorch": "' + torch.__version__ + '", "cases": [\n')
    file.write(",\n".join(json.dumps(each, allow_nan=False) for each in cases))
    file.write("\n]}\n")
