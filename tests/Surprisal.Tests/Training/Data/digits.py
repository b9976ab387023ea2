"""Makes the two resources of Digits from scikit-learn's copy of the UCI handwritten digits. Run: python3 digits.py"""
import gzip
import pathlib
import struct

import numpy as np
from sklearn.datasets import load_digits

folder = pathlib.Path(__file__).resolve().parents[4] / "src" / "Surprisal" / "Training" / "Data"


def write(name, array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 0x08, array.ndim, *array.shape)
    with open(folder / name, "wb") as file, gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write(header + array.astype(np.uint8).tobytes())


digits = load_digits()
write("digits-images.idx3.gz", np.round(digits.images * 255 / 16))
write("digits-labels.idx1.gz", digits.target)
