"""PyTorch's side of the sweep over floats, and a check of the sweep's own truth.

sweep.py torch             a line for each function: name, largest error in ulps, where, share of answers that are not the nearest float; the version first
sweep.py truth < points    of lines "name x truth" (bits of a float, bits of a double): how many and their largest relative error against mpmath
"""
import struct
import sys

STEP = 64


def torch_functions():
    import numpy as np
    import torch
    from torch.nn import functional as F

    def tail(x):
        return np.log1p(np.exp(-np.abs(x)))

    def sigmoid(x):
        e = np.exp(-np.abs(x))
        return np.where(x < 0, e, 1) / (1 + e)

    functions = {
        "exp": (torch.exp, np.exp),
        "expm1": (torch.expm1, np.expm1),
        "log": (torch.log, np.log),
        "log1p": (torch.log1p, np.log1p),
        "sigmoid": (torch.sigmoid, sigmoid),
        "log-sigmoid": (F.logsigmoid, lambda x: np.minimum(x, 0) - tail(x)),
        "softplus": (F.softplus, lambda x: np.maximum(x, 0) + tail(x)),
        "tanh": (torch.tanh, np.tanh),
    }
    print(torch.__version__, flush=True)
    for name, (function, truth) in functions.items():
        worst, at, missed, count = 0.0, 0.0, 0, 0
        for start in range(0, 1 << 32, 1 << 26):
            x = np.arange(start, start + (1 << 26), STEP, dtype=np.uint64).astype(np.uint32).view(np.float32)
            x = np.ascontiguousarray(x[~np.isnan(x)])
            if len(x) == 0:
                continue
            with np.errstate(all="ignore"):
                actual = function(torch.from_numpy(x)).numpy()
                true = truth(x.astype(np.float64))
                nearest = true.astype(np.float32)
                exponent = np.maximum(np.frexp(true)[1] - 1, -126)
                reached = np.where(np.isinf(actual), np.copysign(2.0 ** 128, actual), actual.astype(np.float64))
                error = np.abs(reached - true) * np.ldexp(1.0, 23 - exponent)
                error[np.isinf(nearest) & (actual == nearest)] = 0
                error[np.isinf(true) & (actual != nearest)] = np.inf
                error[np.isnan(true) | np.isnan(actual)] = np.inf
                error[np.isnan(true) & np.isnan(actual)] = 0
                error[(true == 0) & (actual == 0)] = 0
                right = (actual == nearest) | (np.isnan(actual) & np.isnan(nearest))
            i = int(np.argmax(error))
            if error[i] > worst:
                worst, at = float(error[i]), float(x[i])
            missed += int(np.count_nonzero(~right))
            count += len(x)
        print(name, repr(worst), repr(at), repr(missed / count), flush=True)


def check_truth():
    from mpmath import mp, mpf, exp, expm1, log, log1p, tanh
    mp.dps = 60
    functions = {
        "exp": exp, "expm1": expm1, "log": log, "log1p": log1p, "tanh": tanh,
        "sigmoid": lambda x: 1 / (1 + exp(-x)),
        "log-sigmoid": lambda x: -log1p(exp(-x)),
        "softplus": lambda x: log1p(exp(x)),
    }
    worst, count = mpf(0), 0
    for line in sys.stdin:
        name, x, truth = line.split()
        x, = struct.unpack(">f", bytes.fromhex(x))
        truth, = struct.unpack(">d", bytes.fromhex(truth))
        if abs(truth) < 2.0 ** -200 or abs(truth) > 2.0 ** 200:
            continue  # far from every float: nothing depends on its digits
        worst = max(worst, abs(mpf(truth) / functions[name](mpf(x)) - 1))
        count += 1
    print(count, repr(float(worst)))


if __name__ == "__main__":
    {"torch": torch_functions, "truth": check_truth}[sys.argv[1]]()
