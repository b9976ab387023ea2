"""Writes canonical.safetensors and shuffled.safetensors: the same tensors, laid out in two ways.

Made with Python 3.11.2 and NumPy 1.24.2. Python's safetensors package was not to be had where this was made, so the files
follow the description of the format alone: struct for the length, json for the header, NumPy for the numbers.
Run it in this folder: python3 safetensors.py
"""
import json
import struct

import numpy as np

CODES = {"<i8": "I64", "<f8": "F64", "<f4": "F32", "<i4": "I32", "<f2": "F16", "<i2": "I16", "|i1": "I8", "|u1": "U8"}

weight = np.array([[0.5, -0.0, np.inf], [1e-45, 3.4028235e38, 0]], "<f4")
weight.view("<u4")[1, 2] = 0x7FC00001  # a NaN whose bits can be told from others
tensors = {
    "pixels": np.array([[0], [128], [255]], "|u1"),
    "größe": np.array([9], "|u1"),
    "tiny": np.array([-128, 127], "|i1"),
    "short": np.array([-32768, 0, 32767], "<i2"),
    "half": np.array([0.5, -2], "<f2"),
    "counts": np.array([[-2147483648, 7]], "<i4"),
    'a "quoted" name': np.array([1, 2, 3], "<f4"),
    "a.weight": weight,
    "empty": np.zeros((0, 4), "<f4"),
    "scale": np.array(0.1, "<f8"),
    "targets": np.array([-(2**63), 2**63 - 1], "<i8"),
}
metadata = {"classes": "cat\ndog", "format": "pt"}


def write(path, names, metadata_first, **style):
    header, data = {"__metadata__": metadata} if metadata_first else {}, b""
    for name in names:
        numbers = tensors[name].tobytes()
        header[name] = {"dtype": CODES[tensors[name].dtype.str], "shape": list(tensors[name].shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    if not metadata_first:
        header = {"__metadata__": metadata, **dict(reversed(header.items()))}
    text = json.dumps(header, **style).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


# As the reference implementation lays it out: the types in its order from the last, then the names.
order = list(CODES)
write("canonical.safetensors", sorted(tensors, key=lambda n: (order.index(tensors[n].dtype.str), n.encode())), True, separators=(",", ":"), ensure_ascii=False)
# Any other order is valid too, as are blanks, escapes, and a header that is not in the order of the data.
write("shuffled.safetensors", list(tensors), False, indent=1, ensure_ascii=True)
