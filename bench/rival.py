"""PyTorch's side of the comparison: reads one JSON request a line, runs the work, answers with the times in milliseconds.

{"work": "lenet", "steps": 100, "batch": 64, "runs": 3}         -> {"times": [...]}
{"work": "matmul", "size": 1024, "runs": 3}                     -> {"times": [...]}
{"work": "cross_entropy", "shape": [256, 10], "smoothing": 0, "probabilities": false, "runs": 3} -> {"times": [...]}
{"work": "bce_with_logits", "count": 1000, "runs": 3}           -> {"times": [...]}
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def lenet(request):
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batch = request["batch"]
    batches = [(torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))) for _ in range(10)]

    def run():
        for step in range(request["steps"]):
            images, targets = batches[step % 10]
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(images), targets).backward()
            optimizer.step()
    return run


def matmul(request):
    size = request["size"]
    a, b = torch.rand(size, size) - 0.5, torch.rand(size, size) - 0.5

    def run():
        torch.mm(a, b)
    return run


def cross_entropy(request):
    shape = request["shape"]
    logits = torch.randn(shape, requires_grad=True)
    targets = torch.rand(shape) if request["probabilities"] else torch.randint(0, shape[1], [shape[0], *shape[2:]])

    def run():
        logits.grad = None
        F.cross_entropy(logits, targets, label_smoothing=request["smoothing"]).backward()
    return run


def bce_with_logits(request):
    logits = torch.randn(request["count"], requires_grad=True)
    targets = torch.randint(0, 2, (request["count"],)).float()

    def run():
        logits.grad = None
        F.binary_cross_entropy_with_logits(logits, targets).backward()
    return run


def milliseconds(run):
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def blas():
    """Which library multiplies the matrices: Debian's PyTorch takes what is installed, and the reference one is 50 times slower."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            loaded = maps.read().lower()
    except OSError:
        return "unknown BLAS"
    return next((name for key, name in (("openblas", "OpenBLAS"), ("mkl_", "MKL"), ("libblis", "BLIS"), ("libblas", "reference BLAS")) if key in loaded), "built-in BLAS")


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    print(json.dumps({"version": f"{torch.__version__} ({blas()}, {torch.get_num_threads()} threads)"}), flush=True)
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        runs = request.pop("runs")
        key = json.dumps(request)
        if key not in prepared:
            prepared.clear()  # the memory of one work at a time
            prepared[key] = {"lenet": lenet, "matmul": matmul, "cross_entropy": cross_entropy, "bce_with_logits": bce_with_logits}[request["work"]](request)
        print(json.dumps({"times": [milliseconds(prepared[key]) for _ in range(runs)]}), flush=True)


main()
