"""Writes training.json: ten training steps of a small LeNet with each optimizer, and of modules on their own, as PyTorch does them.

Written with PyTorch 1.13 (Debian 12: python3-torch). Run in this folder: python3 training.py
Holds the first weights, the batches, and the loss before each step; so the whole loop is compared, not one operation.
"""
import json

import torch
from torch import nn


def record(tensor):
    return {"shape": list(tensor.shape), "values": [float(v) for v in tensor.detach().reshape(-1)]}


class LeNet(nn.Module):
    """Two convolutions with pooling, then two linear layers, on 8 x 8 images.

    No bias before the batch normalisation: its gradient would be rounding noise, which Adam scales up to full steps.
    """

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.AvgPool2d(2),
            nn.Flatten(), nn.Linear(24, 12), nn.ReLU(), nn.Linear(12, 5))

    def forward(self, x):
        return self.net(x)


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "sgd nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.02),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
}

torch.manual_seed(3)
weights = LeNet().state_dict()
batches = [(torch.rand(8, 1, 8, 8), torch.randint(0, 5, (8,))) for _ in range(10)]
runs = []
for name, make in OPTIMIZERS.items():
    model = LeNet()
    model.load_state_dict(weights)
    optimizer = make(model.parameters())
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    losses, norms = [], []
    for inputs, targets in batches:
        loss = criterion(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(nn.utils.clip_grad_norm_(model.parameters(), 0.8)))
        optimizer.step()
        losses.append(float(loss))
    model.eval()
    runs.append({"optimizer": name, "losses": losses, "norms": norms, "evaluated": record(model(batches[0][0])),
                 "runningVariance": record(model.net[4].running_var)})

rates = {}
for name, make in {"step": lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5), "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 8, 0.01)}.items():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    schedule = make(optimizer)
    rates[name] = []
    for _ in range(8):
        optimizer.step()
        schedule.step()
        rates[name].append(optimizer.param_groups[0]["lr"])

modules = []
for stride, padding, kernel in [(1, 0, 3), (2, 1, 3), (1, 2, 5), (3, 0, 2)]:
    layer = nn.Conv2d(2, 3, kernel, stride=stride, padding=padding)
    for pool in (nn.MaxPool2d(2, 1, 1), nn.AvgPool2d(2, 1, 1)):
        x = torch.randn(2, 2, 7, 6, requires_grad=True)
        y = pool(layer(x))
        g = torch.randn_like(y)
        layer.zero_grad()
        y.backward(g)
        modules.append({"stride": stride, "padding": padding, "kernel": kernel, "pool": type(pool).__name__, "weight": record(layer.weight), "bias": record(layer.bias),
                        "input": record(x), "output": record(y), "upstream": record(g), "dinput": record(x.grad), "dweight": record(layer.weight.grad), "dbias": record(layer.bias.grad)})

with open("training.json", "w") as file:
    json.dump({
        "weights": {name: record(tensor) for name, tensor in weights.items()},
        "batches": [{"inputs": record(x), "targets": record(t)} for x, t in batches],
        "runs": runs, "rates": rates, "modules": modules,
    }, file, separators=(",", ":"))
    file.write("\n")
