"""Writes tables.json: tables in base64 by Python's csv and NumPy's savetxt with the numbers that were written, and what Python reads in texts of numbers.

Made with Python 3.11.2 and NumPy 1.24.2. Doubles are given by their 64 bits, so that no printer of numbers is in between.
Run it in this folder: python3 tables.py
"""
import base64
import csv
import io
import json
import random
import struct

import numpy as np

random.seed(20260)


def bits(values):
    return base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode()


def number():
    """Any finite double, subnormals among them, or one as a model gives it."""
    while True:
        value = struct.unpack("<d", random.randbytes(8))[0] if random.random() < 0.5 else random.gauss(0, 3)
        if value - value == 0:
            return value


def table(separator, line_end, quoting):
    """Four rows: a text that holds whatever has to be quoted, three scores in the order 2, 0, 1, a label."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerow(["text \"of\"" + separator + "rows", "logit_2", "logit_0", "logit_1", "label"])
    scores, labels = [], []
    for row in range(4):
        values, label = [number() for _ in range(3)], random.randrange(3)
        text = ["plain", f'"{separator}"', "two\nlines\r\nand\rmore", ""][row]
        writer.writerow([text, *(repr(values[i]) for i in (2, 0, 1)), label])
        scores += values
        labels.append(label)
    data = base64.b64encode(file.getvalue().encode("utf-8")).decode()
    return {"data": data, "scores": bits(scores), "labels": labels}


def saved(values, header):
    file = io.BytesIO()
    np.savetxt(file, values, delimiter=",", header=header, comments="")
    return base64.b64encode(file.getvalue()).decode()


def text():
    """A text of the grammar: any number of digits before, behind or around a point, sometimes a power."""
    whole, fraction = ("".join(random.choices("0123456789", k=random.choice([0, 1, 2, 5, 17, 25]))) for _ in range(2))
    digits = random.choice([whole + "." + fraction, whole + fraction])
    if digits in ("", "."):
        digits = "0"
    power = random.choice(["", "", "e", "E"])
    if power:
        power += random.choice(["", "+", "-"]) + str(random.choice([0, 1, 5, 15, 22, 23, 300, 320]))
    return random.choice(["", "+", "-"]) + digits + power


tables = {}
for separator, name in [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]:
    for line_end, end in [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")]:
        for quoting, quotes in [(csv.QUOTE_MINIMAL, "minimal"), (csv.QUOTE_ALL, "all")]:
            tables[f"{name} {end} {quotes}"] = table(separator, line_end, quoting)
scores = np.random.default_rng(7).normal(size=(6, 3))
labels = np.arange(6) % 3
texts = sorted({text() for _ in range(600)})
texts = [text for text in texts if abs(float(text)) != float("inf")]
with open("tables.json", "w", encoding="ascii", newline="\n") as file:
    json.dump({
        "tables": tables,
        "savetxt": {"scores": saved(scores, "logit_0,logit_1,logit_2"), "labels": saved(labels, "label"),
                    "values": bits(scores.flatten().tolist()), "targets": labels.tolist()},
        "texts": {"texts": texts, "values": bits([float(text) for text in texts])},
    }, file, indent=1)
    file.write("\n")
