"""Writes NAME.txt for the samples: what PyTorch prints where samples/NAME.cs prints the same.

Made with Python 3.11.2 and PyTorch 1.13.0a0 (Debian's python3-torch). Run it in this folder: python3 tutorials.py
Each function is the tutorial in Python, line by line beside the C#. Values are printed without grad_fn where PyTorch 1.13 composes
a loss that Surprisal computes in one node (class probabilities, label smoothing).
"""
import contextlib

import torch
import torch.nn.functional as F

tutorials = []


def tutorial(function):
    tutorials.append(function)
    return function


INPUTS = [[1., 2.], [1., 3.], [1., 3.]]
TARGETS = [0, 1, 1]


@tutorial
def reductions():
    inputs, targets = torch.tensor(INPUTS), torch.tensor(TARGETS)
    weight = torch.tensor([1., 2.])
    none = F.cross_entropy(inputs, targets, weight, reduction="none")
    total = F.cross_entropy(inputs, targets, weight, reduction="sum")
    print(F.cross_entropy(inputs, targets, reduction="none"))
    print(F.cross_entropy(inputs, targets, reduction="sum"))
    print(F.cross_entropy(inputs, targets))
    print(none)
    print(total)
    print(F.cross_entropy(inputs, targets, weight))
    print(none.mean())
    print(total / 5)
    print(F.cross_entropy(inputs, targets, torch.tensor([7., 7.])))
    print(F.cross_entropy(inputs, torch.tensor([-100, 1, 1])))


@tutorial
def nll():
    inputs, targets = torch.tensor(INPUTS), torch.tensor(TARGETS)
    print(F.nll_loss(inputs, targets, reduction="none"))
    print(F.nll_loss(inputs, targets, reduction="sum"))
    print(F.nll_loss(inputs, targets))
    log_probabilities = F.log_softmax(inputs, 1)
    print(log_probabilities)
    print(F.nll_loss(log_probabilities, targets, reduction="none"))
    print(F.nll_loss(log_probabilities, targets))
    print(F.cross_entropy(inputs, targets))
    print(torch.nn.NLLLoss(weight=torch.tensor([1., 2.]), ignore_index=0)(log_probabilities, targets))


@tutorial
def bce():
    inputs = torch.tensor([[1., 2.], [2., 2.], [3., 4.], [4., 5.]])
    targets = F.one_hot(torch.tensor([0, 1, 1, 1])).float()
    print(targets)
    print(F.binary_cross_entropy_with_logits(inputs, targets, reduction="none"))
    print(F.binary_cross_entropy_with_logits(inputs, targets, reduction="sum"))
    print(F.binary_cross_entropy_with_logits(inputs, targets))
    positive = torch.tensor([3.])
    print(torch.nn.BCEWithLogitsLoss(pos_weight=positive, reduction="sum")(inputs, targets))
    print(torch.nn.BCEWithLogitsLoss(pos_weight=positive)(inputs, targets))
    probabilities = torch.sigmoid(inputs)
    print(probabilities)
    print(F.binary_cross_entropy(probabilities, targets, reduction="sum"))
    print(torch.nn.BCELoss()(probabilities, targets))
    sure = torch.tensor([120.])
    print(F.binary_cross_entropy(torch.sigmoid(sure), torch.zeros(1)))
    print(F.binary_cross_entropy_with_logits(sure, torch.zeros(1)))


@tutorial
def softmax():
    logits = torch.tensor([1., 2., 3.])
    print(logits.softmax(0))
    print(logits.softmax(0).sum())
    print(logits.log_softmax(0))
    print(logits.softmax(0).log())
    print(F.cross_entropy(logits, torch.tensor(2)))
    print((logits + 100).log_softmax(0))
    far = torch.tensor([0., 200.])
    print(far.softmax(0).log())
    print(far.log_softmax(0))
    print(F.cross_entropy(far, torch.tensor(0)))


@tutorial
def five_ways():
    targets = torch.tensor(TARGETS)
    one_hot = F.one_hot(targets, 2).float()
    print(one_hot)
    for name, cross_entropy in {
        "formula": lambda x: -(one_hot * (x.exp() / x.exp().sum(1, keepdim=True)).log()).sum(1).mean(),
        "log_softmax + nll": lambda x: F.nll_loss(x.log_softmax(1), targets),
        "log + softmax": lambda x: F.nll_loss(x.softmax(1).log(), targets),
        "function": lambda x: F.cross_entropy(x, targets),
        "object": lambda x: torch.nn.CrossEntropyLoss()(x, targets),
    }.items():
        inputs = torch.tensor(INPUTS, requires_grad=True)
        output = cross_entropy(inputs)
        output.backward()
        print(name)
        print(output)
        print(inputs.grad)


@tutorial
def class_probabilities():
    inputs = torch.tensor([[1.5, -0.5, 0.25], [0., 2., -1.]], requires_grad=True)
    targets = torch.tensor([[0.7, 0.2, 0.1], [0.05, 0.9, 0.05]], requires_grad=True)
    output = torch.nn.CrossEntropyLoss()(inputs, targets)
    output.backward()
    print(output.detach())
    print(inputs.grad)
    print(targets.grad)
    weight = torch.tensor([1., 2., 3.])
    print(F.cross_entropy(inputs, targets, weight).detach())
    print(F.cross_entropy(inputs, targets, weight, reduction="none").detach())
    classes = torch.tensor([0, 1])
    one_hot = F.one_hot(classes, 3).float()
    print(F.cross_entropy(inputs, classes).detach())
    print(F.cross_entropy(inputs, one_hot).detach())
    print(F.cross_entropy(inputs, classes, label_smoothing=0.1).detach())
    print(F.cross_entropy(inputs, one_hot * 0.9 + 0.1 / 3).detach())
    sure = torch.tensor([[12., 0., 0.]], requires_grad=True)
    F.cross_entropy(sure, torch.tensor([0]), label_smoothing=0.1).backward()
    print(sure.grad)


@tutorial
def segmentation():
    N, C, H, W = 4, 3, 256, 256
    n, h, w = torch.arange(N).view(N, 1, 1), torch.arange(H).view(1, H, 1), torch.arange(W).view(1, 1, W)
    targets = (n + (2 * h + w) // 48) % C
    one_hot = F.one_hot(targets, C).float()
    n, h, w, c = n.unsqueeze(1), h.unsqueeze(1), w.unsqueeze(1), torch.arange(C).view(1, C, 1, 1)
    logits = (((5 * n + 23 * c + 3 * h + 7 * w + h * w) % 65 - 32) / 16 + 2 * (c == targets.unsqueeze(1))).requires_grad_()
    loss = torch.nn.CrossEntropyLoss()
    output = loss(logits, targets)
    output.backward()
    print(list(logits.shape))
    print(list(targets.shape))
    print(output.detach())
    print(list(logits.grad.shape))
    print(bool(logits.grad.sum(1).abs().max() < 1e-9))
    print(list(one_hot.shape))
    print(loss(logits, one_hot.transpose(1, 3)).detach())
    print(loss(logits, one_hot.permute(0, 3, 1, 2)).detach())
    small = F.one_hot(torch.tensor([[[0, 1, 2], [2, 1, 1]]]), C)
    print(list(small.transpose(1, 3).shape))
    print(list(small.permute(0, 3, 1, 2).shape))
    print(small.transpose(1, 3)[0])
    print(small.permute(0, 3, 1, 2)[0])
    try:
        F.cross_entropy(torch.zeros(1, C, 2, 3), small.float().transpose(1, 3))
    except RuntimeError:
        print("refused")


@tutorial
def unbalanced_segmentation():
    masks = torch.zeros(2, 1, 8, 8, dtype=torch.int64)
    for n in range(2):
        masks[n, 0, 2 + n:4 + n, 3 - n:6 - n] = 1
    targets = masks.squeeze(1)
    nothing = torch.tensor([2., -1.]).reshape(1, 2, 1, 1).expand(2, 2, 8, 8)
    towards = 0.8 * masks.float() - 0.4
    found = torch.cat([-towards, towards], dim=1)
    print(F.cross_entropy(nothing, targets))
    print(F.cross_entropy(found, targets))
    # The tutorials' inverse_freq: one over the share of each class.
    weights = masks.numel() / torch.bincount(masks.flatten(), minlength=2).float()
    print(f"{weights[0]:.4f} {weights[1]:.4f}")
    print(F.cross_entropy(nothing, targets, weights))
    print(F.cross_entropy(found, targets, weights))
    positive = (masks == 0).sum() / (masks == 1).sum()
    print(f"{positive:.4f}")

    def one_channel(logits):
        return (logits * torch.tensor([-1., 1.]).reshape(1, 2, 1, 1)).sum(1, keepdim=True)

    for logits in nothing, found:
        print(F.binary_cross_entropy_with_logits(one_channel(logits), masks.float(), pos_weight=positive))
    print(F.cross_entropy(found, targets, weights, reduction="sum"))
    print(F.binary_cross_entropy_with_logits(one_channel(found), masks.float(), pos_weight=positive, reduction="sum") * weights[0])


@tutorial
def cross_entropy():
    inputs, targets = torch.tensor(INPUTS, requires_grad=True), torch.tensor(TARGETS)
    output = torch.nn.CrossEntropyLoss()(inputs, targets)
    print(output)
    output.backward()
    print(inputs.grad)


@tutorial
def spans():
    inputs = torch.tensor(INPUTS, requires_grad=True)
    output = F.cross_entropy(inputs, torch.tensor(TARGETS))
    output.backward()
    print(f"{output.item():.4f}")
    print(" ".join(f"{g:.4f}" for g in inputs.grad.flatten().tolist()))


for function in tutorials:
    with open(function.__name__.replace("_", "-") + ".txt", "w", encoding="ascii") as file, contextlib.redirect_stdout(file):
        function()
