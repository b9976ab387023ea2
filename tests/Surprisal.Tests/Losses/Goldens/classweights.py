"""Writes classweights.json beside itself: class weights by scikit-learn and by the formulas of the papers in NumPy.

Python 3.11.2, scikit-learn 1.2.1, NumPy 1.24.2.  Run: /usr/bin/python3 classweights.py

weights:   targets, their number of classes, and the weights: balanced is sklearn's; inverse and effective are formulas. Every class occurs, as sklearn demands.
positives: binary targets (N, columns) and negatives / positives of each column.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.utils.class_weight import compute_class_weight

BETAS = (0.0, 0.5, 0.9, 0.99, 0.999, 0.9999)


def weights():
    generator = np.random.default_rng(7)
    drawn = [(np.array([0, 0, 0, 1]), 2), (np.array([1, 0, 2, 2, 1, 2]), 3)]
    for classes, samples in ((2, 50), (5, 200), (10, 1000)):
        share = generator.dirichlet(np.full(classes, 0.7))
        drawn.append((np.concatenate([np.arange(classes), generator.choice(classes, samples, p=share)]), classes))
    mask = (generator.random((2, 1, 8, 8)) < 0.1).astype(np.int64)
    drawn.append((mask.reshape(-1), 2))
    for targets, classes in drawn:
        counts = np.bincount(targets, minlength=classes)
        effective = []
        for beta in BETAS:
            w = (1 - beta) / (1 - beta ** counts)
            effective.append({"beta": beta, "weights": (w / w.sum() * classes).tolist()})
        yield {"classes": classes, "targets": targets.tolist(), "counts": counts.tolist(), "inverse": (1 / (counts / len(targets))).tolist(),
               "balanced": compute_class_weight("balanced", classes=np.arange(classes), y=targets).tolist(), "effective": effective}


def positives():
    generator = np.random.default_rng(8)
    for rows, columns in ((4, 1), (30, 3), (200, 7)):
        targets = (generator.random((rows, columns)) < generator.random(columns) * 0.8 + 0.1).astype(np.int64)
        targets[0] = 1
        yes = (targets == 1).sum(axis=0)
        yield {"columns": columns, "targets": targets.reshape(-1).tolist(), "weights": ((targets == 0).sum(axis=0) / yes).tolist()}


def main():
    lines = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":"), allow_nan=False) for i in items) + "\n]"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "classweights.json"), "w", newline="\n") as file:
        file.write('{"sklearn":"%s","numpy":"%s",\n"weights":%s,\n"positives":%s}\n' % (sklearn.__version__, np.__version__, lines(weights()), lines(positives())))


main()
