"""PyTorch's side of the comparison: reads one JSON request a line and answers with one.

{"work": "cross_entropy", ..., "inputs": [FILE, ...]}  makes the work ready, runs it once  -> {"answer": [numbers that stand for the result]}
{"batches": 9, "calls": 1, "threads": 2}               times it                            -> {"times": [milliseconds of a call, one a batch]}

Inputs are files of raw numbers whose names end with their type, .float32 or .int64.
"""
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def load(path):
    dtype, size = (torch.float32, 4) if path.endswith(".float32") else (torch.int64, 8)
    return torch.from_file(path, shared=False, size=os.path.getsize(path) // size, dtype=dtype).clone()


def mean_square(tensor):
    """In float64 and by parts: a copy of the whole would be twice its size."""
    parts = tensor.detach().reshape(-1).split(1 << 20)
    return float(sum(part.double().square().sum() for part in parts)) / tensor.numel()


class LeNet:
    def __init__(self, request, inputs):
        self.model = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
        parameters = list(self.model.parameters())
        with torch.no_grad():
            for parameter, numbers in zip(parameters, inputs):
                parameter.copy_(numbers.view_as(parameter))
        batches, self.steps = request["batches"], request["steps"]
        inputs = inputs[len(parameters):]
        self.batches = [(images.view(request["batch"], 1, 28, 28), targets) for images, targets in zip(inputs[:batches], inputs[batches:])]
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01)

    def run(self):
        for step in range(self.steps):
            images, targets = self.batches[step % len(self.batches)]
            self.optimizer.zero_grad(set_to_none=True)
            self.loss = F.cross_entropy(self.model(images), targets)
            self.loss.backward()
            self.optimizer.step()

    def answer(self):
        return [float(self.loss)]


class MatrixProduct:
    def __init__(self, request, inputs):
        self.a, self.b = (numbers.view(request["size"], request["size"]) for numbers in inputs)

    def run(self):
        self.product = torch.mm(self.a, self.b)

    def answer(self):
        return [mean_square(self.product)]


class Loss:
    """Forward and backward of a loss; the gradient begins anew each time."""

    def __init__(self, request, inputs):
        self.logits = inputs[0].view(request["shape"]).requires_grad_()

    def run(self):
        self.logits.grad = None
        self.loss = self.forward()
        self.loss.backward()

    def answer(self):
        return [float(self.loss), mean_square(self.logits.grad)]


class CrossEntropy(Loss):
    def __init__(self, request, inputs):
        super().__init__(request, inputs)
        shape = request["shape"]
        self.targets = inputs[1].view(shape if request["probabilities"] else [shape[0], *shape[2:]])
        self.smoothing = request["smoothing"]

    def forward(self):
        return F.cross_entropy(self.logits, self.targets, label_smoothing=self.smoothing)


class BceWithLogits(Loss):
    def __init__(self, request, inputs):
        super().__init__(request, inputs)
        self.targets = inputs[1]

    def forward(self):
        return F.binary_cross_entropy_with_logits(self.logits, self.targets)


class LogSoftmax(Loss):
    def __init__(self, request, inputs):
        super().__init__(request, inputs)
        self.upstream = inputs[1].view(request["shape"])

    def run(self):
        self.logits.grad = None
        self.output = F.log_softmax(self.logits, 1)
        self.output.backward(self.upstream)

    def answer(self):
        return [mean_square(self.output), mean_square(self.logits.grad)]


WORKS = {"lenet": LeNet, "matmul": MatrixProduct, "cross_entropy": CrossEntropy, "bce_with_logits": BceWithLogits, "log_softmax": LogSoftmax}


def milliseconds(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) * 1000 / calls


def blas():
    """Which library multiplies the matrices: Debian's PyTorch takes what is installed, and the reference one is 50 times slower."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            loaded = maps.read().lower()
    except OSError:
        return "unknown BLAS"
    return next((name for key, name in (("openblas", "OpenBLAS"), ("mkl_", "MKL"), ("libblis", "BLIS"), ("libblas", "reference BLAS")) if key in loaded), "built-in BLAS")


def main():
    torch.set_num_threads(os.cpu_count())
    print(json.dumps({"version": f"{torch.__version__}, {blas()}"}), flush=True)
    work = None
    for line in sys.stdin:
        request = json.loads(line)
        if "work" in request:
            work = None  # the memory of one work at a time
            work = WORKS[request["work"]](request, [load(path) for path in request["inputs"]])
            work.run()
            print(json.dumps({"answer": work.answer()}), flush=True)
        else:
            torch.set_num_threads(request["threads"])
            print(json.dumps({"times": [milliseconds(work.run, request["calls"]) for _ in range(request["batches"])]}), flush=True)


main()
