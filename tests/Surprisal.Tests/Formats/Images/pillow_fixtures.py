"""Makes pillow.json: PNG images of every kind with their pixels, and resized images. Pillow agrees with every expectation
that it can decode; its own encoder wrote those named "pillow". Run: python3 pillow_fixtures.py"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

random = np.random.RandomState(7)
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(row, depth):
    bits = "".join(format(v, f"0{depth}b") for v in row.ravel())
    bits += "0" * (-len(bits) % 8)
    return np.array([int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)], int)


def filtered(rows, depth, samples):
    """Each row with the next of the five filters, so that all of them are met."""
    step, out = max(1, samples * depth // 8), b""
    above = None
    for number, row in enumerate(rows):
        now = packed(row, depth)
        above = np.zeros_like(now) if above is None else above
        left, corner = np.r_[np.zeros(step, int), now][:len(now)], np.r_[np.zeros(step, int), above][:len(now)]
        guess = left + above - corner
        distance = np.stack([abs(guess - left), abs(guess - above), abs(guess - corner)])
        paeth = np.choose(distance.argmin(0), [left, above, corner])
        kind = (number + 4) % 5
        out += bytes([kind]) + bytes(((now - [0, left, above, (left + above) // 2, paeth][kind]) % 256).astype(np.uint8))
        above = now
    return out


def png(pixels, colour, depth, interlaced=False, palette=None, transparency=None, parts=1):
    height, width = pixels.shape[:2]
    body = b"".join(filtered(pixels[y::down, x::right], depth, SAMPLES[colour])
                    for x, y, right, down in (ADAM7 if interlaced else [(0, 0, 1, 1)]) if pixels[y::down, x::right].size)
    stream = zlib.compress(body)
    cut = -(-len(stream) // parts)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
            + chunk(b"tEXt", b"Comment\0passed over")
            + (chunk(b"PLTE", bytes(palette.astype(np.uint8).ravel())) if palette is not None else b"")
            + (chunk(b"tRNS", transparency) if transparency is not None else b"")
            + b"".join(chunk(b"IDAT", stream[i:i + cut]) for i in range(0, len(stream), cut)) + chunk(b"IEND", b""))


def over_white(value, opacity):
    return np.floor((value * opacity + 255.0 * (255 - opacity)) / 255 + 0.5).astype(np.uint8)


def as_byte(values, depth):
    return values >> 8 if depth == 16 else values * 255 // (2 ** depth - 1)


def pillow(data, channels):
    image = Image.open(io.BytesIO(data))
    if image.mode.startswith("I"):
        return (np.asarray(image).astype(int) >> 8)[..., None]
    rgba = np.asarray(image.convert("RGBA")).astype(int)
    return over_white(rgba[..., :channels], rgba[..., 3:])


rows = []


def add(name, data, expected, check=True):
    if check:
        assert (pillow(data, expected.shape[2]) == expected).all(), name
    height, width, channels = expected.shape
    text = [base64.b64encode(x).decode() for x in (data, bytes(expected.astype(np.uint8)))]
    rows.append({"name": name, "width": width, "height": height, "channels": channels, "file": text[0], "pixels": text[1]})


def kind(name, colour, depth, size=(5, 7), interlaced=False, colours=None, transparent=False, parts=1):
    shape = (*size, SAMPLES[colour])
    pixels = random.randint(0, colours or 2 ** depth, shape)
    palette = transparency = None
    if colour == 3:
        palette = random.randint(0, 256, (colours or 2 ** depth, 3))
        expected = palette[pixels[..., 0]]
        if transparent:
            opacity = random.randint(0, 256, len(palette) - 1)
            transparency = bytes(opacity.astype(np.uint8))
            expected = over_white(expected, np.r_[opacity, 255][pixels[..., 0]][..., None])
    else:
        channels = SAMPLES[colour] - (colour >= 4)
        expected = as_byte(pixels[..., :channels], depth)
        if colour >= 4:
            expected = over_white(expected, as_byte(pixels[..., channels:], depth))
        if transparent:
            transparency = struct.pack(f">{channels}H", *pixels[1, 2])
            expected = np.where((pixels == pixels[1, 2]).all(-1, keepdims=True), 255, expected)
    # Pillow compares the transparent sample after scaling it, so only whole bytes are its own truth.
    add(name, png(pixels, colour, depth, interlaced, palette, transparency, parts), expected, check=not (transparent and colour != 3 and depth != 8))


for depth in (1, 2, 4, 8, 16):
    kind(f"grey {depth}", 0, depth)
    if depth < 16:
        kind(f"palette {depth}", 3, depth, colours=min(2 ** depth, 40))
    if depth >= 8:
        kind(f"colour {depth}", 2, depth, parts=3)
        kind(f"grey with opacity {depth}", 4, depth)
        kind(f"colour with opacity {depth}", 6, depth)
kind("grey 1 interlaced", 0, 1, (9, 11), True)
kind("palette 4 interlaced", 3, 4, (9, 10), True, 13)
kind("colour 8 interlaced", 2, 8, (8, 9), True)
kind("colour 8 interlaced, one pixel", 2, 8, (1, 1), True)
kind("grey 8 interlaced, three by two", 0, 8, (2, 3), True)
kind("colour with opacity 16 interlaced", 6, 16, (5, 6), True)
kind("palette 4 with opacity", 3, 4, colours=9, transparent=True)
kind("grey 4 with a transparent level", 0, 4, transparent=True)
kind("grey 8 with a transparent level", 0, 8, transparent=True)
kind("colour 8 with a transparent colour", 2, 8, transparent=True)
kind("colour 16 with a transparent colour", 2, 16, transparent=True)
kind("grey 8 of few levels, so that filters meet ties", 0, 8, (20, 10), colours=4)
for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
    smooth = np.add.outer(np.arange(16), np.arange(16))[..., None] * [8, 5, 3, 7] % 256
    image = Image.fromarray(smooth.astype(np.uint8), "RGBA")
    image = image if mode == "RGBA" else image.convert("LA") if mode == "LA" else image.convert("RGB").convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    add(f"pillow {mode}", buffer.getvalue(), pillow(buffer.getvalue(), 1 if mode in ("1", "L", "LA") else 3), check=False)

resized = []
for height, width, size, channels in [(28, 28, 8, 1), (13, 9, 4, 3), (5, 7, 12, 1), (3, 40, 6, 3), (1, 1, 3, 1), (64, 17, 1, 1), (10, 10, 9, 3)]:
    pixels = random.randint(0, 256, (height, width, channels)).astype(np.uint8)
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    small = np.asarray(image.resize((size, size), Image.BILINEAR))
    resized.append({"width": width, "height": height, "channels": channels, "size": size,
                    "pixels": base64.b64encode(bytes(pixels)).decode(), "resized": base64.b64encode(bytes(small)).decode()})

colours = random.randint(0, 256, (4, 4, 3)).astype(np.uint8)
grey = np.asarray(Image.fromarray(colours).convert("L"))
buffer = io.BytesIO()
Image.new("RGB", (2, 2), (200, 30, 90)).save(buffer, "JPEG")

golden = {"jpeg": base64.b64encode(buffer.getvalue()).decode(), "colours": base64.b64encode(bytes(colours)).decode(),
          "greyed": base64.b64encode(bytes(grey)).decode(), "pngs": rows, "resized": resized}
(pathlib.Path(__file__).resolve().parent / "pillow.json").write_text(json.dumps(golden, indent=1) + "\n")
