"""Writes adaptive.json beside itself: nn.AdaptiveLogSoftmaxWithLoss, values, log-probabilities, predictions and gradients.

Python 3.11.2, PyTorch 1.13 (Debian's python3-torch 1.13.1, which calls itself 1.13.0a0), CPU.  Run: /usr/bin/python3 adaptive.py

Weights and inputs are multiples of 1/16. Each case has the layer's settings, its parameters by name, the input and the targets; output and loss, the gradients
of the loss by input and parameters (null for a tail that nobody went through), those of sum(output * (0.5 + i % 3)), log_prob, and predict.
Numbers have as many digits as they need to come back exactly.
"""
import json
import os
import random

import torch

SETTINGS = [  # in_features, n_classes, cutoffs, div_value, head_bias
    (8, 12, [4], 4.0, False),
    (8, 12, [1], 2.0, True),
    (16, 30, [5, 12], 4.0, False),
    (16, 30, [5, 12, 29], 2.5, True),
    (7, 9, [3, 6], 1.0, False),
    (1, 2, [1], 1.0, True),
]


def targets(random, cutoffs, classes, kind):
    if kind == "mixed":
        return [random.randrange(classes) for _ in range(17)]
    if kind == "shortlist":
        return [random.randrange(cutoffs[0]) for _ in range(5)]
    if kind == "last cluster":
        return [random.randrange(cutoffs[-1], classes) for _ in range(9)]
    if kind == "edges":
        return sorted({edge for cutoff in cutoffs for edge in (cutoff - 1, cutoff)} | {0, classes - 1})
    return classes - 1 if kind == "unbatched" else []


def tensor(t):
    return None if t is None else {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()]}


def main():
    rng, cases = random.Random(41), []
    for settings in SETTINGS:
        features, classes, cutoffs, div_value, head_bias = settings
        for kind in ("mixed", "shortlist", "last cluster", "edges", "unbatched", "none"):
            layer = torch.nn.AdaptiveLogSoftmaxWithLoss(features, classes, cutoffs, div_value, head_bias)
            with torch.no_grad():
                for parameter in layer.parameters():
                    parameter.copy_(torch.tensor([rng.randint(-16, 16) / 16 for _ in range(parameter.numel())]).reshape(parameter.shape))
            target = torch.tensor(targets(rng, cutoffs, classes, kind), dtype=torch.int64)
            shape = (*target.shape, features)
            x = torch.tensor([rng.randint(-24, 24) / 16 for _ in range(target.numel() * features)]).reshape(shape).requires_grad_()
            names, parameters = zip(*layer.named_parameters())
            output, loss = layer(x, target)
            case = {
                "settings": dict(zip(("in_features", "n_classes", "cutoffs", "div_value", "head_bias"), settings)), "kind": kind,
                "state": {name: tensor(parameter) for name, parameter in zip(names, parameters)}, "input": tensor(x),
                "targets": target.reshape(-1).tolist(), "output": tensor(output), "loss": None if kind == "none" else tensor(loss),
            }
            if kind != "none":
                upstream = (0.5 + torch.arange(output.numel()) % 3).float().reshape(output.shape)
                for name, value in (("of the loss", loss), ("of outputs", (output * upstream).sum())):
                    gradients = torch.autograd.grad(value, (x, *parameters), retain_graph=True, allow_unused=True)
                    case[name] = {at: tensor(gradient) for at, gradient in zip(("input", *names), gradients)}
                rows = x.reshape(-1, features)
                case["log_prob"] = tensor(layer.log_prob(rows))
                case["predict"] = layer.predict(rows).tolist()
            cases.append(case)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "adaptive.json"), "w", newline="\n") as file:
        lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
        file.write('{"torch":"%s","cases":[\n%s\n]}\n' % (torch.__version__, lines))


main()
