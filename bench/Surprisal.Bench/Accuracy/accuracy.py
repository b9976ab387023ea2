"""How far Surprisal and PyTorch are from the truth: reads one JSON request a line, answers with the errors of both.

A request names the operation, its options, the element type and the files, raw numbers: inputs, and what Surprisal made of them. PyTorch computes the
same here. The truth is computed from the stored inputs with NumPy in long double (64 bits of mantissa or more): exponentials, logarithms and sums of the
C library's, nothing of either library's.
"""
import json
import sys

import numpy as np
import torch
from torch.nn import functional as F

WIDE = np.longdouble
TYPES = {  # bits of the mantissa, exponent of the smallest number
    "float32": (torch.float32, 24, -149), "float64": (torch.float64, 53, -1074), "float16": (torch.float16, 11, -24), "bfloat16": (torch.bfloat16, 8, -133)}


def read(path, dtype, shape):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype).reshape(shape)


def wide(tensor):
    return tensor.detach().double().numpy().astype(WIDE)


def at_largest(x):
    """A mask of the first largest number of each row (the last axis)."""
    mask = np.zeros(x.shape, dtype=bool)
    np.put_along_axis(mask, x.argmax(-1)[..., None], True, -1)
    return mask


def softmax_parts(x):
    """For rows: m - x, the mask of a largest, the sum of the other exponentials, p, and 1 - p at the largest."""
    largest = at_largest(x)
    below = x.max(-1, keepdims=True) - x
    e = np.exp(-below)
    others = np.where(largest, WIDE(0), e).sum(-1, keepdims=True)
    return below, largest, others, e / (1 + others), others / (1 + others)


def class_loss(x, q):
    """Rows x [..., C] against the distribution q of the same shape; nothing cancels where a row is confident."""
    below, largest, others, p, missing = softmax_parts(x)
    total = q.sum(-1, keepdims=True)
    rest = np.where(largest, WIDE(0), q).sum(-1, keepdims=True)
    return (q * (below + np.log1p(others))).sum(-1), np.where(largest, rest - total * missing, total * p - q)


def reduced(losses, gradient, request, divisor):
    by = {"none": WIDE(1), "sum": WIDE(1), "mean": divisor}[request["reduction"]]
    return (losses if request["reduction"] == "none" else losses.sum() / by), gradient / by


def weights(request, classes):
    return np.array(request["weight"] or [1] * classes, dtype=WIDE)


def cross_entropy(request, x, t):
    x, w, s = np.moveaxis(wide(x), 1, -1), weights(request, x.shape[1]), WIDE(request["smoothing"])
    t = t.numpy()
    q = np.broadcast_to(s / len(w) * w, x.shape).copy()
    np.put_along_axis(q, t[..., None], np.take_along_axis(q, t[..., None], -1) + (1 - s) * w[t][..., None], -1)
    losses, gradient = class_loss(x, q)
    value, gradient = reduced(losses, gradient, request, w[t].sum())
    return value, np.moveaxis(gradient, -1, 1)


def soft_cross_entropy(request, x, t):
    w, s = weights(request, x.shape[1]), WIDE(request["smoothing"])
    losses, gradient = class_loss(wide(x), w * (wide(t) * (1 - s) + s / len(w)))
    return reduced(losses, gradient, request, WIDE(len(x)))


def nll(request, x, t):
    x, w, t = wide(x), weights(request, x.shape[1]), t.numpy()
    gradient = np.zeros(x.shape, dtype=WIDE)
    np.put_along_axis(gradient, t[:, None], -w[t][:, None], -1)
    return reduced(-w[t] * np.take_along_axis(x, t[:, None], -1)[:, 0], gradient, request, w[t].sum())


def bce_with_logits(request, x, t):
    z, y, positive = wide(x), wide(t), WIDE(request["pos_weight"])
    e = np.exp(-np.abs(z))
    tail, small, large = np.log1p(e), e / (1 + e), 1 / (1 + e)
    losses = positive * y * (np.maximum(-z, 0) + tail) + (1 - y) * (np.maximum(z, 0) + tail)
    gradient = (1 - y) * np.where(z > 0, large, small) - positive * y * np.where(z > 0, small, large)
    return reduced(losses, gradient, request, WIDE(z.size))


def bce(request, x, t):
    p, y = wide(x), wide(t)
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    losses = -(y * yes + (1 - y) * no)
    return reduced(losses, (p - y) / np.maximum((1 - p) * p, WIDE(np.float32(1e-12))), request, WIDE(p.size))


def kl_div(request, x, t):
    x, t = wide(x), wide(t)
    return reduced(t * (np.log(t) - x), -t, request, WIDE(x.size))


def softmax(request, x, g):
    _, _, _, p, _ = softmax_parts(wide(x))
    g = wide(g)
    return p, p * (g - (g * p).sum(-1, keepdims=True))


def log_softmax(request, x, g):
    below, _, others, p, _ = softmax_parts(wide(x))
    g = wide(g)
    return -below - np.log1p(others), g - p * g.sum(-1, keepdims=True)


def logsumexp(request, x, g):
    x = wide(x)
    _, _, others, p, _ = softmax_parts(x)
    return x.max(-1) + np.log1p(others[..., 0]), wide(g)[..., None] * p


def by_torch(request, x, t):
    x.requires_grad_()
    options = {"reduction": request.get("reduction")}
    weight = torch.tensor(request["weight"], dtype=x.dtype) if request.get("weight") else None
    output = {
        "cross_entropy": lambda: F.cross_entropy(x, t, weight, label_smoothing=request["smoothing"], **options),
        "soft_cross_entropy": lambda: F.cross_entropy(x, t, weight, label_smoothing=request["smoothing"], **options),
        "nll": lambda: F.nll_loss(x, t, weight, **options),
        "bce_with_logits": lambda: F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(request["pos_weight"], dtype=x.dtype), **options),
        "bce": lambda: F.binary_cross_entropy(x, t, **options),
        "kl_div": lambda: F.kl_div(x, t, **options),
        "softmax": lambda: F.softmax(x, -1),
        "log_softmax": lambda: F.log_softmax(x, -1),
        "logsumexp": lambda: torch.logsumexp(x, -1),
    }[request["work"]]()
    output.backward(t if request["work"] in ("softmax", "log_softmax", "logsumexp") else torch.ones_like(output))
    return output, x.grad


def errors(actual, truth, dtype, bits, smallest):
    """The largest distance in units of the truth's last place, and in itself."""
    actual = wide(actual)
    with np.errstate(invalid="ignore"):
        distance = np.abs(actual - truth)
    largest = WIDE(torch.finfo(dtype).max)
    overflown = np.isinf(actual) & (np.sign(actual) * truth > largest)  # the nearest number of the type is infinite
    distance = np.where(overflown, 0, np.where(np.isfinite(distance), distance, WIDE(1e300)))
    _, exponent = np.frexp(truth)
    return min(float((distance / np.ldexp(WIDE(1), np.maximum(exponent - bits, smallest))).max()), 1e300), min(float(distance.max()), 1e300)


def answer(request):
    dtype, bits, smallest = TYPES[request["type"]]
    x = read(request["x"], dtype, request["shape"])
    t = read(request["t"], torch.int64 if request["indices"] else dtype, request["t_shape"])
    truth = globals()[request["work"]](request, x, t)
    ours = read(request["value"], dtype, truth[0].shape), read(request["gradient"], dtype, request["shape"])
    try:
        torchs, missing = by_torch(request, x, t), None
    except RuntimeError as error:
        if "not implemented for" not in str(error):
            raise
        torchs, missing = None, "not implemented"
    sides = [[errors(actual, wanted, dtype, bits, smallest) for actual, wanted in zip(side, truth)] for side in (ours, torchs) if side]
    return {"missing": missing, "value": [side[0][0] for side in sides], "gradient": [side[1][0] for side in sides], "absolute": [side[1][1] for side in sides]}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    if np.finfo(WIDE).nmant < 63:
        raise SystemExit("long double is no wider than double on this machine: no truth to compare with.")
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


main()
