"""PyTorch's side of the comparison: reads one JSON request a line, runs the work, answers with the times in milliseconds.

{"work": "lenet", "steps": 100, "batch": 64, "runs": 3}         -> {"times": [...]}
{"work": "matmul", "size": 1024, "runs": 3}                     -> {"times": [...]}
{"work": "cross_entropy", "rows": 256, "classes": 10, "runs": 3} -> {"times": [...]}
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
    rows, classes = request["rows"], request["classes"]
    logits = torch.randn(rows, classes, requires_grad=True)
    targets = torch.randint(0, classes, (rows,))

    def run():
        logits.grad = None
        F.cross_entropy(logits, targets).backward()
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
            prepared[key] = {"lenet": lenet, "matmul": matmul, "cross_entropy": cross_entropy}[request["work"]](request)
        print(json.dumps({"times": [milliseconds(prepared[key]) for _ in range(runs)]}), flush=True)


main()
