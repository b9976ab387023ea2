using System.Text;
using Surprisal.Tests.Training;

namespace Surprisal.Tests.Cli.Models;

/// <summary>Which files predict reads: in folders those that training would, and of others it says what they are.</summary>
public sealed class ImageFileTests : IDisposable
{
    private const string Expected = "an image that is read was expected: PNG, JPEG, BMP, PGM or PPM";

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ImagesOfOtherKindsAreNamed()
    {
        Train();
        foreach (var (name, kind, bytes) in ((string, string, byte[])[])[
            ("a.webp", "a WebP image", [.. "RIFF\u0024\0\0\0WEBPVP8 "u8]), ("a.png", "a WebP image", [.. "RIFF\u0024\0\0\0WEBPVP8 "u8]),
            ("a.gif", "a GIF image", [.. "GIF89a\u0001\0\u0001\0"u8]), ("a.tif", "a TIFF image", [.. "II*\0\u0008\0\0\0"u8]),
            ("a.tiff", "a TIFF image", [.. "MM\0*\0\0\0\u0008"u8]), ("a.heic", "a HEIC image", [.. "\0\0\0\u0018ftypheic\0\0\0\0"u8]),
            ("a.jpg", "a HEIC image", [.. "\0\0\0\u0018ftypmif1\0\0\0\0"u8]), ("a.avif", "an AVIF image", [.. "\0\0\0\u001Cftypavif\0\0\0\0"u8]),
            ("a.svg", "an SVG image", [.. "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<svg width=\"9\"/>"u8]),
            ("b.svg", "an SVG image", [.. "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8]), ("a.pdf", "a PDF document", [.. "%PDF-1.7\n"u8])])
        {
            var path = folder.Write(name, bytes);
            Assert.Equal((1, "", $"surprisal: {path}: it is {kind}; {Expected}; --skip-bad leaves out what cannot be read.\n"),
                CommandProcess.Run("predict", Run, path));
        }
        var text = folder.Write("notes.txt", "some words"u8);
        Assert.Contains($"{text}: it begins with the bytes 736F6D6520776F72; {Expected}", CommandProcess.Run("predict", Run, text).Errors,
            StringComparison.Ordinal);
        Assert.Equal((1, "", $"surprisal: {At("missing.png")}: there is no such file; an image was expected.\n"),
            CommandProcess.Run("predict", Run, At("missing.png"))); // nothing is said of leaving it out
        var left = CommandProcess.Run("predict", Run, text, "--skip-bad");
        Assert.Equal((1, ""), (left.Exit, left.Output));
        Assert.EndsWith("surprisal: none of the images can be read, so nothing was predicted.\n", left.Errors, StringComparison.Ordinal);
        var page = folder.Write("page.png", "<!doctype html>"u8);
        Assert.Contains($"{page}: not a PNG image: it is a page of HTML or XML", CommandProcess.Run("predict", Run, page).Errors, StringComparison.Ordinal);
    }

    /// <summary>Hidden files and folders, and what is no image, are passed over; images are known by their bytes, in folders within folders.</summary>
    [Fact]
    public void FoldersAreListedAsTrainingListsThem()
    {
        Train();
        byte[] picture = File.ReadAllBytes(At("images/a/0.pgm"));
        foreach (var name in (string[])["more/b.pgm", "more/in/a.pgm", "more/no-ending", "more/.hidden.pgm", "more/.git/x.pgm", "more/__MACOSX/y.pgm"])
            folder.Write(name, picture);
        folder.Write("more/._x.png", "\0\u0005\u0016\u0007"u8);
        folder.Write("more/.DS_Store", "\0\0\0\u0001Bud1"u8);
        folder.Write("more/Thumbs.db", "\u0001"u8);
        folder.Write("more/a.webp", "RIFF\u0024\0\0\0WEBPVP8 "u8);
        folder.Write("more/labels.csv", Encoding.UTF8.GetBytes("file,红\n"));
        var (exit, output, errors) = CommandProcess.Run("predict", Run, At("more"), "--csv", "-");
        Assert.Equal(0, exit);
        Assert.Equal([At("more/b.pgm"), At("more/in/a.pgm"), At("more/no-ending")],
            output.TrimEnd('\n').Split('\n')[1..].Select(static line => line.Split(',')[0]));
        Assert.Equal("surprisal: skipped 1 WebP image: a.webp\nsurprisal: skipped 1 file that is no image: labels.csv\n", errors);
        Directory.CreateDirectory(At("empty"));
        Assert.Equal((1, "", $"surprisal: {At("empty")}: the folder has no images; .png, .jpg, .jpeg, .bmp, .pgm, .ppm, .pnm files were expected.\n"),
            CommandProcess.Run("predict", Run, At("empty")));
        folder.Write("other/a.webp", "RIFF\u0024\0\0\0WEBPVP8 "u8);
        Assert.StartsWith($"surprisal: {At("other")}: the folder has no images that are read, but 1 x WebP image; ",
            CommandProcess.Run("predict", Run, At("other")).Errors, StringComparison.Ordinal);
    }

    private void Train()
    {
        Pictures.Write(At("images"), 10, "a", "b");
        Assert.Equal(0, CommandProcess.Run("train", "--images", At("images"), "--size", "8", "--epochs", "1", "--quiet", "--out", Run).Exit);
    }

    private string Run => At("run");

    private string At(string name) => Path.Combine(folder.Path, name);
}
