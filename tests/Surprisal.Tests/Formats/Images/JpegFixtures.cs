using System.Text.Json;

namespace Surprisal.Tests.Training;

/// <summary>JPEG images that Pillow wrote, with the pixels that it reads: made by jpeg_fixtures.py.</summary>
internal static class JpegFixtures
{
    private static readonly JsonElement[] jpegs = [.. Golden.Open("Formats/Images/jpegs.json").GetProperty("jpegs").EnumerateArray()];

    /// <summary>Name, width, height, channels, file, pixels; bytes are in base64.</summary>
    public static TheoryData<string, int, int, int, string, string> All =>
        [.. jpegs.Select(static jpeg => new TheoryDataRow<string, int, int, int, string, string>(
            jpeg.GetProperty("name").GetString()!, jpeg.GetProperty("width").GetInt32(), jpeg.GetProperty("height").GetInt32(),
            jpeg.GetProperty("channels").GetInt32(), jpeg.GetProperty("file").GetString()!, jpeg.GetProperty("pixels").GetString()!))];

    public static IEnumerable<byte[]> Progressive =>
        jpegs.Where(static jpeg => jpeg.GetProperty("progressive").GetBoolean()).Select(static jpeg => jpeg.GetProperty("file").GetBytesFromBase64());
}
