using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Surprisal.Tests.Formats;

/// <summary>Files of NumPy and what it reads from them, made by arrays.py; and files put together by hand.</summary>
internal static class ArrayFixtures
{
    private static readonly JsonElement golden = Golden.Open("Formats/Arrays/arrays.json");

    /// <summary>The names of the .npy files.</summary>
    public static TheoryData<string> NpyNames => [.. golden.GetProperty("npy").EnumerateObject().Select(static file => file.Name)];

    /// <summary>The names of the .npz files.</summary>
    public static TheoryData<string> NpzNames => [.. golden.GetProperty("npz").EnumerateObject().Select(static file => file.Name)];

    public static byte[] Npy(string name) => golden.GetProperty("npy").GetProperty(name).GetProperty("data").GetBytesFromBase64();

    public static byte[] Npz(string name) => golden.GetProperty("npz").GetProperty(name).GetProperty("data").GetBytesFromBase64();

    public static byte[] Deflated => golden.GetProperty("deflated").GetProperty("zeros of 1000 by 5000").GetBytesFromBase64();

    public static ExpectedArray Expected(string npy) => new(golden.GetProperty("npy").GetProperty(npy));

    public static IReadOnlyDictionary<string, ExpectedArray> ExpectedArrays(string npz) =>
        golden.GetProperty("npz").GetProperty(npz).GetProperty("arrays").EnumerateObject()
            .ToDictionary(static array => array.Name, static array => new ExpectedArray(array.Value), StringComparer.Ordinal);

    /// <summary>A .npy file with this header, and so many bytes 0, 1, 2 ... behind it.</summary>
    public static byte[] Npy(string header, int dataBytes, int version = 1) =>
    [
        0x93, .. "NUMPY"u8, (byte)version, 0, (byte)header.Length, (byte)(header.Length >> 8), .. version == 1 ? [] : new byte[2],
        .. Encoding.Latin1.GetBytes(header), .. Enumerable.Range(0, dataBytes).Select(static i => (byte)i),
    ];

    /// <summary>A safetensors file with this header, and so many bytes 0, 1, 2 ... behind it.</summary>
    public static byte[] Tensors(string header, int dataBytes) =>
    [
        .. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header),
        .. Enumerable.Range(0, dataBytes).Select(static i => (byte)i),
    ];

    /// <summary>All numbers as double or long, by blocks of the given length.</summary>
    public static string[] ReadAll(StoredArray array, int block = 1 << 16)
    {
        var texts = new List<string>();
        for (long first = 0; first < array.Length; first += block)
        {
            var count = (int)Math.Min(block, array.Length - first);
            texts.AddRange(array.Type.IsFloating ? Texts(array, first, new double[count]) : Texts(array, first, new long[count]));
        }
        return [.. texts];
    }

    private static IEnumerable<string> Texts<T>(StoredArray array, long first, T[] block)
        where T : unmanaged, INumber<T>
    {
        array.Read<T>(first, block);
        return block.Select(static value => value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>What NumPy reads.</summary>
    internal sealed class ExpectedArray(JsonElement json)
    {
        public string Type => json.GetProperty("type").GetString()!;

        public long[] Shape => [.. json.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt64())];

        /// <summary>As .NET writes them.</summary>
        public string[] Values => [.. json.GetProperty("values").EnumerateArray().Select(value => Text(value.GetString()!))];

        private string Text(string python) =>
            Type.StartsWith("float", StringComparison.Ordinal)
            ? (python switch
            {
                "nan" => double.NaN,
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => double.Parse(python, CultureInfo.InvariantCulture),
            }).ToString("R", CultureInfo.InvariantCulture)
            : python;
    }
}
