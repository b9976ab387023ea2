using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class IdxFolderTests : IDisposable
{
    private const string Fashion = "/usr/share/datasets/fashion-mnist";

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("-idx#-ubyte", false)]
    [InlineData("-idx#-ubyte.gz", true)]
    [InlineData(".idx#-ubyte", false)]
    [InlineData(".idx#-ubyte.gz", true)]
    [InlineData(".idx#", false)]
    public void Finds_the_names_in_use(string ending, bool zipped)
    {
        WriteAll(ending, zipped);
        var (train, test) = IdxFolder.Load(folder.Path);
        Assert.Equal((3, 2), (train.Count, test.Count));
        Assert.Equal([1, 1, 2], train.SampleShape.ToArray());
        Assert.Equal([2L, 0, 1], [train.Target(0), train.Target(1), train.Target(2)]);
        Assert.Equal([0.2f, 0.4f], ImageDatasetTests.Read(train, 1));
        Assert.Equal([1f, 0f], ImageDatasetTests.Read(test, 1));
        // The greatest label, 3, is among the test labels only.
        Assert.Equal(["0", "1", "2", "3"], train.ClassNames);
        Assert.Equal(train.ClassNames, test.ClassNames);
        Assert.Equal(3, test.Target(1));
    }

    [Fact]
    public void Scales_by_the_mean_and_the_deviation()
    {
        WriteAll();
        var (train, test) = IdxFolder.Load(folder.Path, mean: 0.5, deviation: 0.25);
        Assert.Equal([-1.2f, -0.4f], ImageDatasetTests.Read(train, 1), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([2f, -2f], ImageDatasetTests.Read(test, 1));
    }

    [Fact]
    public void Images_of_rank_four_have_channels()
    {
        WriteAll();
        folder.Write("train-images-idx3-ubyte", DataFolder.Idx([3, 2, 1, 1], 1, 2, 3, 4, 5, 6));
        folder.Write("t10k-images-idx3-ubyte", DataFolder.Idx([2, 2, 1, 1], 1, 2, 3, 4));
        Assert.Equal([2, 1, 1], IdxFolder.Load(folder.Path).Train.SampleShape.ToArray());
    }

    [Fact]
    public void Class_names_are_the_lines_of_the_text_file()
    {
        WriteAll();
        folder.Write("classes.txt", "\uFEFFcoat\r\n bag \r\nboot\r\nT-shirt/top\r\n\r\n"u8);
        Assert.Equal(["coat", "bag", "boot", "T-shirt/top"], IdxFolder.Load(folder.Path).Test.ClassNames);
        var path = folder.Write("classes.txt", "coat\nbag\nboot\n"u8);
        AssertRefused(
            $"{path}: the file has 3 lines, but label 1 of t10k-labels-idx1-ubyte is 3; the labels go up to 3, so 4 names, one a line, were expected.");
        folder.Write("classes.txt", "coat\n\nbag\nboot\n"u8);
        AssertRefused($"{path}: line 2 is blank; every class needs a name.");
    }

    [Fact]
    public void Refuses_labels_that_leave_gaps_with_their_place()
    {
        WriteAll();
        var labels = folder.Write("train-labels-idx1-ubyte", DataFolder.Idx([3], 2, 255, 0));
        AssertRefused($"{labels}: label 1 is 255, but no label is 4 to 254; classes are 0, 1, ... " +
            $"without a gap, or named in {Path.Combine(folder.Path, "classes.txt")}, one a line.");
        folder.Write("train-labels-idx1-ubyte", DataFolder.Idx([3], 0, 0, 0));
        labels = folder.Write("t10k-labels-idx1-ubyte", DataFolder.Idx([2], 0, 2));
        AssertRefused($"{labels}: label 1 is 2, but no label is 1; classes are 0, 1, ... without a gap, " +
            $"or named in {Path.Combine(folder.Path, "classes.txt")}, one a line.");
        // Names say which classes there are, so one that nothing has is no mistake.
        folder.Write("classes.txt", "a\nb\nc\nd"u8);
        Assert.Equal(["a", "b", "c", "d"], IdxFolder.Load(folder.Path).Train.ClassNames);
    }

    [Fact]
    public void Refuses_a_single_class()
    {
        WriteAll();
        var labels = folder.Write("train-labels-idx1-ubyte", DataFolder.Idx([3], 7, 7, 7));
        folder.Write("t10k-labels-idx1-ubyte", DataFolder.Idx([2], 7, 7));
        AssertRefused($"{labels}: all labels are 7; at least two classes were expected.");
    }

    [Fact]
    public void Refuses_a_folder_that_is_not_there()
    {
        var path = Path.Combine(folder.Path, "absent");
        Assert.Equal($"{path}: there is no such folder; one with the files train-images-idx3-ubyte, train-labels-idx1-ubyte, " +
            "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte was expected.",
            Assert.Throws<DirectoryNotFoundException>(() => IdxFolder.Load(path)).Message);
    }

    [Fact]
    public void Lists_the_files_that_are_missing()
    {
        WriteAll();
        File.Delete(Path.Combine(folder.Path, "train-images-idx3-ubyte"));
        File.Delete(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"));
        Assert.Equal(
            $"{folder.Path}: the folder has no train-images-idx3-ubyte, no t10k-labels-idx1-ubyte; each is also found as .gz or with .idx in place of -idx.",
            Assert.Throws<FileNotFoundException>(() => IdxFolder.Load(folder.Path)).Message);
    }

    [Fact]
    public void Refuses_files_that_do_not_fit_each_other()
    {
        WriteAll();
        var labels = folder.Write("t10k-labels-idx1-ubyte", DataFolder.Idx([3], 1, 2, 3));
        AssertRefused(
            $"{Path.Combine(folder.Path, "t10k-images-idx3-ubyte")}: there are 2 images, but 3 labels in t10k-labels-idx1-ubyte; each image needs one label.");
        folder.Write("t10k-labels-idx1-ubyte", DataFolder.Idx([2, 1], 1, 2));
        AssertRefused($"{labels}: labels of shape [2, 1]; one dimension [N] was expected.");
        folder.Write("t10k-labels-idx1-ubyte", DataFolder.Idx([2], 1, 2));
        var images = folder.Write("t10k-images-idx3-ubyte", DataFolder.Idx([2, 2, 1], 1, 2, 3, 4));
        AssertRefused($"{images}: the images have shape [2, 1], but those of train-images-idx3-ubyte have [1, 2]; both need the same.");
        folder.Write("t10k-images-idx3-ubyte", DataFolder.Idx([2, 2], 1, 2, 3, 4));
        AssertRefused($"{images}: images of shape [2, 2]; [N, H, W] or [N, C, H, W] was expected.");
    }

    [Fact]
    public void Loads_Fashion_MNIST_as_Debian_ships_it()
    {
        Assert.SkipUnless(Directory.Exists(Fashion), "Debian's package dataset-fashion-mnist is not installed.");
        var (train, test) = IdxFolder.Load(Fashion);
        Assert.Equal((60000, 10000), (train.Count, test.Count));
        Assert.Equal([1, 28, 28], test.SampleShape.ToArray());
        Assert.Equal(10, train.ClassNames.Count);
        // Its authors give the first labels as ankle boot (9), T-shirt (0), T-shirt (0) and 6000 images of each class.
        Assert.Equal([9L, 0, 0], [train.Target(0), train.Target(1), train.Target(2)]);
        Assert.All(Enumerable.Range(0, train.Count).CountBy(train.Target), pair => Assert.Equal(6000, pair.Value));
        // The mean and deviation in use for this data set are 0.2860 and 0.3530.
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < train.Count; i++)
            foreach (var number in ImageDatasetTests.Read(train, i)) { sum += number; squares += (double)number * number; }
        var mean = sum / (60000 * 784);
        Assert.Equal(0.2860, mean, 5e-5);
        Assert.Equal(0.3530, Math.Sqrt(squares / (60000 * 784) - mean * mean), 5e-5);
    }

    /// <summary>EMNIST's names; columns first in the files; labels from 1, which the mapping names; a label file of 32-bit numbers.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_EMNIST_upright_with_its_characters(bool isInt)
    {
        WriteEmnist("letters", isInt ? [0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1] : DataFolder.Idx([2], 2, 1));
        var mapping = folder.Write("emnist-letters-mapping.txt", "1 65 97\n2 66 98\n3 67 99\n"u8);
        var (train, test) = IdxFolder.Load(folder.Path);
        Assert.Equal(["A", "B", "C"], train.ClassNames);
        Assert.Equal([1L, 0], [train.Target(0), train.Target(1)]);
        Assert.Equal(2, test.Target(0));
        Assert.Equal([0f, 2, 1, 3], ImageDatasetTests.Read(train, 0).Select(static number => MathF.Round(255 * number)));
        folder.Write("emnist-letters-mapping.txt", "1 65 97\n2 66 98\n"u8);
        AssertRefused($"{Path.Combine(folder.Path, "emnist-letters-test-labels-idx1-ubyte")}: label 0 is 3, but {mapping} has no such label.");
        folder.Write("emnist-letters-mapping.txt", "1 65 97\n1 66 98\n"u8);
        AssertRefused($"{mapping}: line 2 is \"1 66 98\"; a new label and the codes of its characters were expected, such as 10 65.");
    }

    [Fact]
    public void One_of_several_sets_is_named()
    {
        WriteEmnist("letters", DataFolder.Idx([2], 0, 1));
        WriteEmnist("mnist", DataFolder.Idx([2], 0, 1));
        AssertRefused($"{folder.Path}: the folder has emnist-letters, emnist-mnist; the name of one was expected.");
        folder.Write("emnist-mnist-test-labels-idx1-ubyte", DataFolder.Idx([1], 1));
        Assert.Equal(2, IdxFolder.Load(folder.Path, name: "emnist-mnist").Train.Count);
        WriteAll();
        Assert.Equal(3, IdxFolder.Load(folder.Path).Train.Count);
    }

    private void WriteEmnist(string name, byte[] labels)
    {
        folder.Write($"emnist-{name}-train-images-idx3-ubyte", DataFolder.Idx([2, 2, 2], 0, 1, 2, 3, 4, 5, 6, 7));
        folder.Write($"emnist-{name}-train-labels-idx1-ubyte", labels);
        folder.Write($"emnist-{name}-test-images-idx3-ubyte", DataFolder.Idx([1, 2, 2], 0, 1, 2, 3));
        folder.Write($"emnist-{name}-test-labels-idx1-ubyte", DataFolder.Idx([1], 3));
    }

    private void AssertRefused(string message) => Assert.Equal(message, Assert.Throws<InvalidDataException>(() => IdxFolder.Load(folder.Path)).Message);

    private void WriteAll(string ending = "-idx#-ubyte", bool zipped = false)
    {
        Write("train-images", 3, DataFolder.Idx([3, 1, 2], 0, 0, 51, 102, 0, 0));
        Write("train-labels", 1, DataFolder.Idx([3], 2, 0, 1));
        Write("t10k-images", 3, DataFolder.Idx([2, 1, 2], 0, 0, 255, 0));
        Write("t10k-labels", 1, DataFolder.Idx([2], 1, 3));

        void Write(string stem, int rank, byte[] bytes) =>
            folder.Write(stem + ending.Replace("#", $"{rank}", StringComparison.Ordinal), zipped ? DataFolder.Gzip(bytes) : bytes);
    }
}
