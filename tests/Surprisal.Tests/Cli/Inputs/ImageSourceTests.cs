using Surprisal.Tests.Training;
using Surprisal.Training;

namespace Surprisal.Tests.Cli.Inputs;

/// <summary>Folders of images that are not what was meant, and what their owners are told.</summary>
public sealed class ImageSourceTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void FilesThatCannotBeReadAreCountedAndTheWayOutIsNamed()
    {
        Pictures.Write(Images, 4, "cat", "dog");
        var bad = Path.Combine(Images, "cat", "bad.png");
        File.WriteAllBytes(bad, [.. "\x89PNG\r\n"u8, 0x1A, (byte)'\n', 1, 2, 3]);
        var one = Train(1);
        Assert.StartsWith($"surprisal: {bad}: ", one, StringComparison.Ordinal);
        Assert.EndsWith("; --skip-bad leaves such files out.\n", one, StringComparison.Ordinal);
        File.Copy(bad, Path.Combine(Images, "dog", "also bad.png"));
        Assert.EndsWith("; 2 files in all cannot be read, and --skip-bad leaves them out.\n", Train(1), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run));
        Assert.Contains("left out 2 of 10 images", Train(0, "--skip-bad"), StringComparison.Ordinal);
    }

    /// <summary>Where folders are parts the file is named where it lies, and where --skip-bad cannot be given nothing is said of it.</summary>
    [Fact]
    public void ABadFileIsNamedAtItsPlaceAndOnlyThoseWhoCanAreAdvised()
    {
        foreach (var part in (string[])["train", "test"]) Pictures.Write(Path.Combine(Images, part), 6, "cat", "dog");
        Train(0);
        var bad = Path.Combine(Images, "train", "cat", "1.pgm");
        File.WriteAllText(bad, "P5 8 8 255\n");
        Assert.StartsWith($"surprisal: {bad}: ", CommandProcess.Run("train", "--images", Images, "--out", Run + "-2").Errors, StringComparison.Ordinal);
        foreach (var command in (string[][])[["train", "--resume", Run, "--epochs", "2"], ["evaluate", "--run", Run]])
        {
            var (exit, _, errors) = CommandProcess.Run(command);
            Assert.Equal(1, exit);
            Assert.StartsWith($"surprisal: {bad}: ", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("--skip-bad", errors, StringComparison.Ordinal);
        }
    }

    /// <summary>Without the bad files no class has two images: that follows, and is not what is told.</summary>
    [Fact]
    public void WhatFollowsFromABadFileIsNotTold()
    {
        Pictures.Write(Images, 2, "cat", "dog");
        foreach (var name in (string[])["cat", "dog"]) File.WriteAllText(Path.Combine(Images, name, "1.pgm"), "P5 8 8 255\n");
        Assert.StartsWith($"surprisal: {Path.Combine(Images, "cat", "1.pgm")}: ", Train(1), StringComparison.Ordinal);
    }

    /// <summary>Another process holds it, as a permission would.</summary>
    [Fact]
    public void AFileThatCannotBeOpenedIsOneThatCannotBeRead()
    {
        Pictures.Write(Images, 4, "cat", "dog");
        var closed = Path.Combine(Images, "cat", "0.pgm");
        using var held = new FileStream(closed, FileMode.Open, FileAccess.Read, FileShare.None);
        var unreadable = new List<UnreadableFile>();
        var data = ImageFolder.Load(Images, new ImageLoading { Size = 4, Unreadable = unreadable.Add });
        Assert.Equal(7, data.Count);
        Assert.Equal(Path.Combine("cat", "0.pgm"), Assert.Single(unreadable).Path);
        Assert.Throws<IOException>(() => ImageFolder.Load(Images, size: 4, grey: true));
    }

    [Theory]
    [InlineData("train --images FILE")]
    [InlineData("train --images FILE --masks FILE")]
    [InlineData("train --images FILE --labels FILE")]
    [InlineData("train --data FILE")]
    [InlineData("data FILE")]
    public void AFileIsNoFolder(string command)
    {
        var file = folder.Write("a file", 1);
        var (exit, _, errors) = CommandProcess.Run([.. command.Split(' ').Select(word => word == "FILE" ? file : word)]);
        Assert.Equal(1, exit);
        Assert.StartsWith($"surprisal: {file}: this is a file, and no folder; ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryClassWithoutImagesIsNamed()
    {
        Pictures.Write(Images, 4, "cat", "dog");
        Directory.CreateDirectory(Path.Combine(Images, "owl"));
        Assert.StartsWith($"surprisal: {Path.Combine(Images, "owl")}: the class folder has no images; ", Train(1), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(Images, "ant"));
        Assert.StartsWith($"surprisal: {Images}: 2 class folders have no images: ant, owl; ", Train(1), StringComparison.Ordinal);
    }

    [Fact]
    public void ARunIsNoPartOfItsOwnData()
    {
        Pictures.Write(Images, 4, "cat", "dog");
        string[] options = ["train", "--images", Images, "--size", "4", "--epochs", "1", "--model", "linear"];
        string Inside(string place) => $"surprisal: {place}: this is inside the --images {Images}, of which it would become a part; " +
            "give an --out elsewhere.\n";
        foreach (var place in (string[])[Path.Combine(Images, "run"), Images])
            foreach (var more in (string[][])[[], ["--seeds", "2"]])
                Assert.Equal((1, Inside(place)), CommandProcess.Run([.. options, .. more, "--out", place]) switch { var (exit, _, errors) => (exit, errors) });
        Assert.Equal((1, Inside("runs")), CommandProcess.In(Images, options) switch { var (exit, _, errors) => (exit, errors) });
        Assert.Equal(["cat", "dog"], Directory.GetDirectories(Images).Select(Path.GetFileName).Order());
        // Files that are known by their names, or lie in the topmost folder alone, have no such neighbours.
        var labels = folder.Write("labels.csv",
            "file,light\ncat/0.pgm,0\ncat/1.pgm,0\ncat/2.pgm,0\ncat/3.pgm,0\ndog/0.pgm,1\ndog/1.pgm,1\ndog/2.pgm,1\ndog/3.pgm,1\n"u8);
        Assert.Equal((0, ""), CommandProcess.Run([.. options, "--labels", labels, "--out", Path.Combine(Images, "run"), "--quiet"])
            switch { var (exit, _, errors) => (exit, errors) });
        Directory.Delete(Path.Combine(Images, "run"), recursive: true);
        // A name that only begins as theirs is another folder.
        Assert.Equal(0, CommandProcess.Run([.. options, "--out", Images + "-run", "--quiet"]).Exit);
    }

    [Fact]
    public void AShareThatTheFoldersDecideIsTold()
    {
        foreach (var part in (string[])["train", "test"]) Pictures.Write(Path.Combine(Images, part), 6, "cat", "dog");
        const string Note = "no share to test on is taken, for the folder has a part for it";
        Assert.Contains(Note, Train(0, "--test-share", "0.3"), StringComparison.Ordinal);
        Directory.Delete(Run, recursive: true);
        Assert.DoesNotContain(Note, Train(0), StringComparison.Ordinal);
    }

    private string Images => Path.Combine(folder.Path, "images");

    private string Run => Path.Combine(folder.Path, "run");

    private string Train(int expected, params string[] more)
    {
        var (exit, _, errors) = CommandProcess.Run(["train", "--images", Images, "--size", "4", "--epochs", "1", "--model", "linear", "--quiet",
            "--out", Run, .. more]);
        Assert.Equal(expected, exit);
        return errors;
    }
}
