using System.Text.Json;

namespace Surprisal.Tests.Training;

/// <summary>Images with their pixels, made by pillow_fixtures.py, which says where the truth comes from. Bytes are in base64.</summary>
internal static class PillowFixtures
{
    private static readonly JsonElement golden = Golden.Open("Formats/Images/pillow.json");

    public static string Jpeg => Text(golden, "jpeg");

    public static string Colours => Text(golden, "colours");

    public static string Greyed => Text(golden, "greyed");

    /// <summary>Name, width, height, channels, file, pixels.</summary>
    public static TheoryData<string, int, int, int, string, string> Pngs =>
        [.. golden.GetProperty("pngs").EnumerateArray().Select(static png => new TheoryDataRow<string, int, int, int, string, string>(
            Text(png, "name"), Number(png, "width"), Number(png, "height"), Number(png, "channels"), Text(png, "file"), Text(png, "pixels")))];

    /// <summary>Width, height, channels, size, pixels, pixels of the resized image.</summary>
    public static TheoryData<int, int, int, int, string, string> Resized =>
        [.. golden.GetProperty("resized").EnumerateArray().Select(static image => new TheoryDataRow<int, int, int, int, string, string>(
            Number(image, "width"), Number(image, "height"), Number(image, "channels"), Number(image, "size"), Text(image, "pixels"), Text(image, "resized")))];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
