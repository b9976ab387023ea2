"""Writes metrics.json: metrics of small random data as scikit-learn computes them, sums as math.fsum rounds them.

Written with scikit-learn 1.2.1, numpy 1.24.2, Python 3.11.2 (Debian 12: python3-sklearn). Run in this folder: python3 metrics.py
Where definitions differ (docs/metrics.md) the number is computed here, by the definition written out: macro averages over the classes that
occur, multi-class Brier, calibration with bins closed on the right.
"""
import json
import math
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")
random = np.random.default_rng(20260802)


def number(x):
    x = float(x)
    return x if math.isfinite(x) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(x)]


def ece(confidence, hit, w, bins=15):
    gap, worst = 0.0, 0.0
    for m in range(1, bins + 1):
        inside = [i for i in range(len(w)) if (confidence[i] <= m / bins) and (m == 1 or confidence[i] > (m - 1) / bins)]
        if inside:
            d = abs(math.fsum(w[i] * (hit[i] - confidence[i]) for i in inside))
            gap += d
            worst = max(worst, d / math.fsum(w[i] for i in inside))
    return gap / math.fsum(w), worst


def single(name, n, classes, present, weighted):
    z = (random.normal(size=(n, classes)) * 2).astype(np.float32)
    t = random.choice(present, size=n)
    z[np.arange(n), t] += 1
    w = random.integers(1, 9, size=n) / 4 if weighted else np.ones(n)
    x = z.astype(np.float64)
    p = np.exp(x - x.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    y = z.argmax(1)
    labels, occurring = list(range(classes)), sorted(set(t) | set(y))
    one = np.eye(classes)[t]
    a = dict(sample_weight=w)
    m = {
        "loss": sk.log_loss(t, p, labels=labels, eps=1e-300, **a), "accuracy": sk.accuracy_score(t, y, **a),
        "balanced": sk.balanced_accuracy_score(t, y, **a), "adjusted": sk.balanced_accuracy_score(t, y, adjusted=True, **a),
        "mcc": sk.matthews_corrcoef(t, y, **a),
        "kappa": sk.cohen_kappa_score(t, y, labels=labels, **a), "linear": sk.cohen_kappa_score(t, y, labels=labels, weights="linear", **a),
        "quadratic": sk.cohen_kappa_score(t, y, labels=labels, weights="quadratic", **a),
        "top2": sk.top_k_accuracy_score(t, z if classes > 2 else z[:, 1] - z[:, 0], k=min(2, classes), labels=labels, **a),
        "iou": sk.jaccard_score(t, y, labels=occurring, average="macro", **a),
        "brier": (w * ((p - one) ** 2).sum(1)).sum() / w.sum() / (2 if classes == 2 else 1),
        "confusion": sk.confusion_matrix(t, y, labels=labels, **a).astype(float).reshape(-1).tolist(),
    }
    if classes == 2:
        assert abs(m["brier"] - sk.brier_score_loss(t, p[:, 1], **a)) < 1e-12
    for average in ("macro", "weighted"):
        m[f"{average} precision"], m[f"{average} recall"], m[f"{average} f1"], _ = sk.precision_recall_fscore_support(
            t, y, labels=occurring, average=average, zero_division=0, **a)
    m["ece"], m["mce"] = ece(p.max(1), (y == t).astype(float), w.astype(np.float64))
    m["class-wise"] = float(np.mean([ece(p[:, c], one[:, c], w.astype(np.float64))[0] for c in labels]))
    auc, ap = [], []
    for c in labels:
        some = 0 < one[:, c].sum() < n
        auc.append(number(sk.roc_auc_score(one[:, c], p[:, c], **a)) if some else "NaN")
        ap.append(number(sk.average_precision_score(one[:, c], p[:, c], **a)) if one[:, c].sum() else "NaN")
    m = {k: v if isinstance(v, list) else number(v) for k, v in m.items()}
    m |= {"auc": auc, "ap": ap}
    return {"name": name, "classes": classes, "logits": [float(v) for v in z.reshape(-1)], "targets": t.tolist(),
            "weights": [float(v) for v in w] if weighted else None, "probabilities": p.reshape(-1).tolist(), "metrics": m}


def multi(name, n, labels, weighted):
    z = random.normal(size=(n, labels)).astype(np.float32)
    t = (random.random((n, labels)) < .4).astype(int)
    t[:, -1] = 0
    z[:, -1] = -1
    t[0], t[1] = 0, 1
    z[0] = -np.abs(z[0])
    w = random.integers(1, 9, size=n) / 4 if weighted else np.ones(n)
    y = (z > 0).astype(int)
    x = z.astype(np.float64)
    loss = (np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))).mean(1)
    a = dict(sample_weight=w)
    m = {"subset": sk.accuracy_score(t, y, **a), "hamming": sk.hamming_loss(t, y, **a), "loss": (w * loss).sum() / w.sum(),
         "lrap": sk.label_ranking_average_precision_score(t, z, **a)}
    for average in ("macro", "micro", "weighted", "samples"):
        m[average] = sk.f1_score(t, y, average=average, zero_division=0, **a)
    m["samples of 1"] = sk.f1_score(t, y, average="samples", zero_division=1, **a)
    return {"name": name, "labels": labels, "logits": [float(v) for v in z.reshape(-1)], "targets": t.reshape(-1).tolist(),
            "weights": [float(v) for v in w] if weighted else None, "metrics": {k: number(v) for k, v in m.items()}}


def sums():
    yield [1e308, 1e292, -1e308, 5e-324, -1e292]
    yield [1.0, 2.0 ** -53, 2.0 ** -106]
    yield [1.0, 2.0 ** -53]
    yield [2.0 ** 53, 1.0, 2.0 ** -1074]
    yield [0.1] * 10
    yield [-5e-324, -5e-324, 2.0 ** -1022]
    for _ in range(6):
        yield [float(v) for v in random.normal(size=40) * 10.0 ** random.integers(-300, 300, size=40)]


golden = {
    "single": [
        single("two", 61, 2, [0, 1], False), single("two weighted", 61, 2, [0, 1], True), single("three", 60, 3, [0, 1, 2], False),
        single("three weighted", 60, 3, [0, 1, 2], True), single("absent classes", 50, 9, [0, 3, 4, 7], False),
        single("absent weighted", 50, 9, [0, 3, 4, 7], True), single("seventeen", 90, 17, list(range(17)), False)],
    "multi": [multi("five", 40, 5, False), multi("five weighted", 40, 5, True)],
    "sums": [{"terms": terms, "sum": math.fsum(terms)} for terms in sums()],
    "quantiles": [{"values": v, "low": float(np.quantile(v, .025)), "high": float(np.quantile(v, .975))}
                  for v in (sorted(random.normal(size=k).tolist()) for k in (1, 2, 7, 40, 101))],
}
with open("metrics.json", "w", encoding="utf-8") as file:
    json.dump(golden, file, separators=(",", ":"))
