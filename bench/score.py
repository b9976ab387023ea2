"""What `surprisal evaluate` prints, by NumPy and scikit-learn: score.py logits.npy targets.npy prints the numbers as JSON.

Ranking as there up to 1,024 classes; above, blocks of rows, since all of them at once are several times the file.
"""
import json
import sys

import numpy as np
from sklearn import metrics

BLOCK = 1 << 24
BINS = 15


def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    return shifted - np.log(sums), exponentials / sums


def score(path, targets):
    logits = np.load(path, mmap_mode="r")
    rows, classes = logits.shape
    step = max(1, BLOCK // classes)
    loss = brier = in_top = 0.0
    predicted, confidence = np.empty(rows, np.int64), np.empty(rows, np.float32)
    probabilities = np.empty((rows, classes), np.float32) if classes <= 1024 else None
    for first in range(0, rows, step):
        block = slice(first, min(first + step, rows))
        at, of = np.arange(block.stop - first), targets[block]
        log_p, p = softmax(np.asarray(logits[block]))
        loss -= log_p[at, of].sum(dtype=np.float64)
        predicted[block] = p.argmax(axis=1)
        confidence[block] = p[at, predicted[block]]
        in_top += (np.argpartition(p, classes - 5, axis=1)[:, -5:] == of[:, None]).any(axis=1).sum() if classes > 5 else 0
        if probabilities is not None:
            probabilities[block] = p
        p[at, of] -= 1
        brier += np.square(p, dtype=np.float64).sum()
    hits = predicted == targets
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.bincount(bins, hits, BINS) - np.bincount(bins, confidence, BINS)
    _, _, f1, _ = metrics.precision_recall_fscore_support(targets, predicted, zero_division=0)
    answer = {
        "logLoss": loss / rows, "accuracy": metrics.accuracy_score(targets, predicted), "top5": in_top / rows,
        "mcc": metrics.matthews_corrcoef(targets, predicted), "kappa": metrics.cohen_kappa_score(targets, predicted),
        "macroF1": f1.mean(), "brier": brier / rows, "ece": np.abs(gaps).sum() / rows,
    }
    if probabilities is not None:
        each = range(classes)
        answer["auc"] = np.mean([metrics.roc_auc_score(targets == c, probabilities[:, c]) for c in each])
        answer["ap"] = np.mean([metrics.average_precision_score(targets == c, probabilities[:, c]) for c in each])
    return answer


print(json.dumps({name: float(value) for name, value in score(sys.argv[1], np.load(sys.argv[2])).items()}))
