using System.Text;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>A folder of images and a table of their labels.</summary>
public sealed class LabelFolderTests : IDisposable
{
    private static readonly ImageLoading loading = new() { Size = 2, Grey = true, TestShare = 0.25 };

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Labels_go_to_their_images_whatever_the_order()
    {
        for (var i = 0; i < 12; i++) Image($"{i}.pgm", (byte)(20 * i));
        Image("inner/猫, 1.pgm", 255);
        Image("other.pgm", 7);
        var table = Table("file,bright,奇数\n" + string.Concat(Enumerable.Range(0, 12).Reverse().Select(static i => $"{i}.pgm,{(i > 5 ? 1 : 0)},{i % 2}.0\n"))
            + "\"inner/猫, 1.pgm\",1,0\n\n");
        var data = LabelFolder.Load(Images, table, loading);
        Assert.Equal((13, "bright,奇数"), (data.Count, string.Join(',', data.ClassNames)));
        var batch = Batch.Collate(data, [.. Enumerable.Range(0, 13)]);
        for (var i = 0; i < 13; i++)
        {
            var level = (int)Math.Round(255 * batch.Inputs.Span[4 * i]);
            Assert.Equal([level > 110 ? 1L : 0, level % 40 == 20 ? 1 : 0], batch.Targets.Span.Slice(2 * i, 2).ToArray());
        }
        var split = LabelFolder.LoadSplit(Images, table, loading, new Seed(0));
        Assert.Equal(13, split.Train.Count + split.Test.Count);
        Assert.Contains("skipped 1 image without labels: other.pgm", split.Notes);
    }

    [Theory]
    [InlineData("name,a\n0.pgm,1\n", "the header, line 1, begins with \"name\"; \"file\" was expected, then a column a label.")]
    [InlineData("file\n0.pgm\n", "the header, line 1, has no label; at least one was expected.")]
    [InlineData("file,a\n0.pgm,2\n", "line 2, column \"a\" holds \"2\"; 0 or 1 was expected.")]
    [InlineData("file,a\n0.pgm,yes\n", "line 2, column \"a\" holds \"yes\"; a number was expected.")]
    [InlineData("file,a\n0.pgm,\n", "line 2, column \"a\" is empty, a missing value; a number was expected.")]
    [InlineData("file,a\n0.pgm,1\n0.pgm,0\n", "line 3 names \"0.pgm\", as line 2 does; each file has one row.")]
    [InlineData("file,a\n,1\n", "line 2 names no file.")]
    [InlineData("file,a\n\n0.pgm,1\n", "line 2 is blank; a row was expected.")]
    [InlineData("file,a\n", "there are no rows below the header; files were expected.")]
    [InlineData("file,a,a\n0.pgm,1,0\n", "the header, line 1, has the name \"a\" for columns 2 and 3; different names were expected.")]
    public void What_is_no_such_table_is_refused_by_line_and_column(string text, string message)
    {
        Image("0.pgm", 1);
        var path = Table(text);
        Assert.Equal($"{path}: {message}", Assert.Throws<InvalidDataException>(() => LabelFolder.Load(Images, path, loading)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_its_line()
    {
        Image("0.pgm", 1);
        var path = Table("file,a\n0.pgm,1\n1.pgm,0\n");
        Assert.Equal($"{path}: line 3 names \"1.pgm\", which is not in {Images}.",
            Assert.Throws<InvalidDataException>(() => LabelFolder.Load(Images, path, loading)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => LabelFolder.Load(Images + "x", path, loading));
        path = Table("file,a\n0.pgm,1\n");
        Assert.Equal($"{path}: no label has two different images; one to train on and one to test on are needed.",
            Assert.Throws<InvalidDataException>(() => LabelFolder.LoadSplit(Images, path, loading, new Seed(0))).Message);
    }

    private string Images => Path.Combine(folder.Path, "images");

    private string Table(string text) => folder.Write("labels.csv", Encoding.UTF8.GetBytes(text));

    private void Image(string name, byte level) => folder.Write($"images/{name}", [.. "P5 2 2 255\n"u8, level, level, level, level]);
}
