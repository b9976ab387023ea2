"""Writes arrays.json: files of NumPy in base64, and what NumPy reads from them, in C order.

Made with Python 3.11.2 and NumPy 1.24.2. Numbers are written as Python prints them, floating-point ones as double.
Run it in this folder: python3 arrays.py
"""
import base64
import io
import json
import struct

import numpy as np

random = np.random.default_rng(20240)
npy, npz, deflated = {}, {}, {}


def described(array):
    kind = {"f": lambda x: repr(float(x)), "b": lambda x: str(int(x))}.get(array.dtype.kind, lambda x: str(int(x)))
    return {"type": array.dtype.newbyteorder("=").name, "shape": list(array.shape), "values": [kind(x) for x in array.flatten(order="C")]}


def entry(data):
    return {"data": base64.b64encode(data).decode(), **described(np.load(io.BytesIO(data)))}


def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    return file.getvalue()


def bits(dtype, *shape):
    """Any bits: subnormals, infinities and NaN among the floating-point ones."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return random.integers(0, 3, shape, "u1").view("?")
    return np.frombuffer(random.bytes(int(np.prod(shape)) * dtype.itemsize), dtype).reshape(shape)


for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    for order in "<>":
        for layout in "CF":
            array = np.array(bits(order + code, 3, 4), order=layout)
            npy[f"{order}{code} {layout}"] = entry(saved(array))

npy["version 2"] = entry(saved(bits("<f4", 2, 3), (2, 0)))
npy["version 3"] = entry(saved(bits("<f4", 2, 3), (3, 0)))
npy["one number"] = entry(saved(np.array(0.1)))
npy["empty"] = entry(saved(np.zeros((0, 4), "<f4")))
npy["empty inside"] = entry(saved(np.zeros((3, 0, 2), "<i8", order="F")))
npy["vector"] = entry(saved(bits("<i2", 7)))
npy["row, transposed"] = entry(saved(bits("<f4", 1, 5).T))
npy["images, Fortran"] = entry(saved(np.asfortranarray(bits("<f4", 2, 3, 4, 5))))
npy["images, C"] = entry(saved(bits("<f4", 2, 3, 4, 5)))
npy["big-endian, Fortran, four axes"] = entry(saved(np.asfortranarray(bits(">i4", 2, 1, 4, 5))))
npy["32 axes"] = entry(saved(bits("<u1", *([1] * 30 + [2, 3]))))


def written(header, data, version=1):
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + data


# Headers that other writers make, or made.
six = struct.pack("<6f", *range(6))
for name, header in {
    "not padded": b"{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}",
    "other order of keys": b"{'shape': (2, 3), 'descr': '<f4', 'fortran_order': True}",
    "double quotes": b'{"descr": "<f4", "fortran_order": False, "shape": (2, 3), }\n',
    "prefix u": b"{u'descr': u'<f4', u'fortran_order': False, u'shape': (2, 3), }\n",
    "long": b"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n",
    "blanks": b"{ 'descr' :\t'<f4'\n, 'fortran_order':False,'shape':( 2 ,3 , )\n}  \t\n",
    "native f4": b"{'descr': '=f4', 'fortran_order': False, 'shape': (6,), }",
    "no order f4": b"{'descr': 'f4', 'fortran_order': False, 'shape': (6,), }",
    "order does not matter f4": b"{'descr': '|f4', 'fortran_order': False, 'shape': (6,), }",
}.items():
    npy[name] = entry(written(header, six))

for name, save, arrays in [
    ("several", np.savez, {"logits": bits("<f4", 3, 2), "a/b": bits("<i8", 4), "empty": np.zeros((0, 2)), "turned": bits("<f8", 4, 3).T}),
    ("compressed", np.savez_compressed, {"logits": bits("<f4", 3, 2), "größe": bits("<u2", 4), "turned": bits("<f4", 4, 3).T}),
    ("one", np.savez, {"arr_0": bits("<f4", 2, 2)}),
    ("objects beside", np.savez, {"names": np.array(["a", None], object), "logits": bits("<f4", 2, 2)}),
]:
    file = io.BytesIO()
    save(file, **arrays)
    npz[name] = {"data": base64.b64encode(file.getvalue()).decode(),
                 "arrays": {key: described(value) for key, value in arrays.items() if value.dtype != object}}

file = io.BytesIO()
np.savez_compressed(file, zeros=np.zeros((1000, 5000), "<f4"))
deflated["zeros of 1000 by 5000"] = base64.b64encode(file.getvalue()).decode()

with open("arrays.json", "w", newline="\n", encoding="utf-8") as out:
    json.dump({"npy": npy, "npz": npz, "deflated": deflated}, out, indent=1, ensure_ascii=False)
    out.write("\n")
