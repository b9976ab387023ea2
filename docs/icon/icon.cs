#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false

// Draws icon.svg and icon.png (128 x 128, which NuGet shows) beside this file: -ln p over p from 0 to 1, with the point where p is 1/e and the
// surprisal 1. `dotnet run docs/icon/icon.cs` from the root.

using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

const int size = 128, samples = 6, points = 64;
const float radius = 28, left = 28, bottom = 102, width = 80, unit = 20, top = 22, stroke = 4.5f, axis = 1.75f, dot = 8.5f;

// The curve from the height where it leaves the picture to p = 1.
var first = MathF.Exp((top - bottom) / unit);
var curve = Enumerable.Range(0, points + 1).Select(i => Point(MathF.Exp(MathF.Log(first) * (1 - i / (float)points)))).ToArray();
var one = Point(1 / MathF.E);
Vector3 dark = new(30, 27, 75), light = new(79, 70, 229), white = new(255, 255, 255), gold = new(251, 191, 36);

var folder = Path.Combine(Environment.CurrentDirectory, "docs", "icon");
if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder} is not there: run this from the root of the repository.");
File.WriteAllText(Path.Combine(folder, "icon.svg"), Svg());
File.WriteAllBytes(Path.Combine(folder, "icon.png"), Png(Pixels()));

static Vector2 Point(float p) => new(left + width * p, bottom + unit * MathF.Log(p));

static string Hex(Vector3 colour) => $"#{(int)colour.X:x2}{(int)colour.Y:x2}{(int)colour.Z:x2}";

string Svg()
{
    var line = string.Join(' ', curve.Select(static at => string.Create(CultureInfo.InvariantCulture, $"{at.X:0.##},{at.Y:0.##}")));
    return string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="Surprisal: the curve of -ln p">
          <linearGradient id="ground" x1="0" y1="1" x2="1" y2="0"><stop stop-color="{Hex(dark)}"/><stop offset="1" stop-color="{Hex(light)}"/></linearGradient>
          <rect width="{size}" height="{size}" rx="{radius}" fill="url(#ground)"/>
          <polygon points="{left},{top} {line} {left},{bottom}" fill="{Hex(white)}" opacity="0.14"/>
          <path d="M{left},{top} V{bottom} H{left + width}" fill="none" stroke="{Hex(white)}" stroke-width="{2 * axis}" stroke-linecap="round" stroke-linejoin="round" opacity="0.5"/>
          <polyline points="{line}" fill="none" stroke="{Hex(white)}" stroke-width="{2 * stroke}" stroke-linecap="round" stroke-linejoin="round"/>
          <circle cx="{one.X:0.##}" cy="{one.Y:0.##}" r="{dot}" fill="{Hex(gold)}"/>
        </svg>

        """);
}

// Red, green, blue and alpha of every pixel, each the mean of samples x samples points in it.
byte[] Pixels()
{
    var pixels = new byte[size * size * 4];
    for (var y = 0; y < size; y++)
        for (var x = 0; x < size; x++)
        {
            var (sum, covered) = (Vector3.Zero, 0);
            for (var i = 0; i < samples * samples; i++)
            {
                var at = new Vector2(x + (i % samples + 0.5f) / samples, y + (i / samples + 0.5f) / samples);
                if (Outside(at)) continue;
                sum += Paint(at);
                covered++;
            }
            if (covered == 0) continue;
            var pixel = pixels.AsSpan((y * size + x) * 4, 4);
            for (var channel = 0; channel < 3; channel++) pixel[channel] = (byte)MathF.Round(sum[channel] / covered);
            pixel[3] = (byte)(255 * covered / (samples * samples));
        }
    return pixels;
}

static bool Outside(Vector2 at)
{
    var corner = Vector2.Max(Vector2.Abs(at - new Vector2(size / 2)) - new Vector2(size / 2 - radius), Vector2.Zero);
    return corner.Length() > radius;
}

Vector3 Paint(Vector2 at)
{
    var colour = Vector3.Lerp(dark, light, (at.X + size - at.Y) / (2 * size));
    var p = (at.X - left) / width;
    if (p is > 0 and < 1 && at.Y < bottom && at.Y > MathF.Max(top, bottom + unit * MathF.Log(p))) colour = Vector3.Lerp(colour, white, 0.14f);
    Vector2 origin = new(left, bottom);
    if (MathF.Min(Distance(at, new(left, top), origin), Distance(at, origin, new(left + width, bottom))) < axis)
        colour = Vector3.Lerp(colour, white, 0.5f);
    if (curve.Zip(curve[1..]).Min(part => Distance(at, part.First, part.Second)) < stroke) colour = white;
    return Vector2.Distance(at, one) < dot ? gold : colour;
}

// How far a point is from a line between two others.
static float Distance(Vector2 at, Vector2 from, Vector2 to)
{
    var way = to - from;
    return Vector2.Distance(at, from + way * Math.Clamp(Vector2.Dot(at - from, way) / way.LengthSquared(), 0, 1));
}

// Signature, header (8 bits, red-green-blue-alpha), compressed rows (each after its filter, none), end.
static byte[] Png(byte[] pixels)
{
    using var rows = new MemoryStream();
    using (var compressed = new ZLibStream(rows, CompressionLevel.SmallestSize))
        for (var y = 0; y < size; y++)
        {
            compressed.WriteByte(0);
            compressed.Write(pixels, y * size * 4, size * 4);
        }
    var header = new byte[13];
    BinaryPrimitives.WriteInt32BigEndian(header, size);
    BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size);
    (header[8], header[9]) = (8, 6);
    return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR", header), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", [])];
}

// Length, name, data, checksum of name and data.
static byte[] Chunk(string name, byte[] data)
{
    byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
    var (length, checksum) = (new byte[4], new byte[4]);
    BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
    var remainder = uint.MaxValue;
    foreach (var value in body)
    {
        remainder ^= value;
        for (var bit = 0; bit < 8; bit++) remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0xEDB88320 : remainder >> 1;
    }
    BinaryPrimitives.WriteUInt32BigEndian(checksum, ~remainder);
    return [.. length, .. body, .. checksum];
}
