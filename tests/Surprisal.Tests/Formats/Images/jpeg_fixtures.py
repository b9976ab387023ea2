"""Makes jpegs.json: JPEG images of several kinds that Pillow wrote, with the pixels that it reads from them, turned upright.
Run: /usr/bin/python3 jpeg_fixtures.py"""
import base64
import io
import json
import pathlib

import numpy as np
from PIL import Image, ImageOps


def picture(width, height):
    y, x = np.mgrid[0:height, 0:width]
    red = 128 + 100 * np.sin(x / 5.0) * np.cos(y / 7.0)
    green = 40 + 150.0 * x / width + 40.0 * y / height
    blue = 200 - 120.0 * y / height
    return Image.fromarray(np.stack([red, green, blue], axis=2).clip(0, 255).astype(np.uint8))


def text(data):
    return base64.b64encode(data).decode()


def fixture(name, image, exif=None, **options):
    file = io.BytesIO()
    if exif is not None:
        data = Image.Exif()
        data[0x0112] = exif
        options["exif"] = data
    image.save(file, "JPEG", **options)
    read = ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue())))
    if read.mode == "CMYK":
        read = read.convert("RGB")
    return {"name": name, "progressive": bool(options.get("progressive")), "width": read.width, "height": read.height,
            "channels": len(read.getbands()), "file": text(file.getvalue()), "pixels": text(read.tobytes())}


source = picture(37, 29)
jpegs = [
    fixture("baseline 4:4:4", source, quality=90, subsampling=0),
    fixture("baseline 4:2:0", source, quality=90, subsampling=2),
    fixture("baseline 4:2:2", source, quality=75, subsampling=1),
    fixture("grey", source.convert("L"), quality=85),
    fixture("progressive", source, quality=90, subsampling=0, progressive=True),
    fixture("progressive 4:2:0", source, quality=60, subsampling=2, progressive=True),
    fixture("progressive grey", source.convert("L"), quality=85, progressive=True, optimize=True),
    fixture("CMYK", source.convert("CMYK"), quality=95, subsampling=0),
] + [fixture(f"orientation {n}", source, exif=n, quality=92, subsampling=0) for n in range(1, 9)]
pathlib.Path(__file__).with_name("jpegs.json").write_text(json.dumps({"jpegs": jpegs}, indent=1) + "\n")
