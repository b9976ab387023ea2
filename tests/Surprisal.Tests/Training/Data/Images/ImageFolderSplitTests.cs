using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>What a folder of images is understood as, and what its notes say.</summary>
public sealed class ImageFolderSplitTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_skipped_is_counted_and_named()
    {
        Images("a", 1, 2, 3);
        Images("b", 4, 5, 6);
        folder.Write("a/1.gif", "GIF89a"u8);
        folder.Write("b/2.gif", "GIF89a"u8);
        folder.Write("a/phone.heic", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0]);
        folder.Write("a/phone.avif", [0, 0, 0, 24, .. "ftypavif"u8, 0, 0, 0, 0]);
        folder.Write("b/labels.txt", "one"u8);
        folder.Write("b/inner/7.pgm", "P2 1 1 255 7"u8);
        folder.Write("beside.pgm", "P2 1 1 255 8"u8);
        folder.Write("readme.md", "text"u8);
        folder.Write("__MACOSX/a/._1.pgm", 0, 5, 22, 7);
        folder.Write("a/._1.pgm", 0, 5, 22, 7);
        folder.Write("a/.DS_Store", 1);
        folder.Write("b/Thumbs.db", 1);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "a", "gone.pgm"), Path.Combine(folder.Path, "nowhere.pgm"));
        var split = Split();
        Assert.Equal(["a", "b"], split.Train.ClassNames);
        Assert.Equal((4, 2), (split.Train.Count, split.Test.Count));
        Assert.Equal(
        [
            "skipped 1 image beside the class folders: beside.pgm", "skipped 2 GIF images, the first is a/1.gif", "skipped 1 link to nothing: a/gone.pgm",
            "skipped 1 AVIF image: a/phone.avif", "skipped 1 HEIC image: a/phone.heic", "skipped 1 file that is no image: b/labels.txt",
            "skipped 1 folder inside a class folder: b/inner/",
        ], split.Notes);
    }

    [Fact]
    public void Links_are_followed_and_are_copies()
    {
        Images("a", 1, 2, 3);
        Images("b", 4, 5, 6);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "a", "9.pgm"), Path.Combine(folder.Path, "a", "1.pgm"));
        var split = Split();
        Assert.Equal(7, split.Train.Count + split.Test.Count);
        Assert.Equal(["1 of 7 samples are copies of others, which stay together: a/9.pgm of a/1.pgm"], split.Notes);
        Assert.Empty(Levels(split.Train).Intersect(Levels(split.Test)));
    }

    [Fact]
    public void One_image_under_two_labels_is_listed()
    {
        Images("cat", 1, 2, 3);
        Images("dog", 2, 5, 6);
        var split = Split();
        Assert.Equal("the same content has several labels: cat/2.pgm is 'cat', dog/2.pgm is 'dog'", split.Notes[0]);
        Assert.Empty(Levels(split.Train).Intersect(Levels(split.Test)));
    }

    [Fact]
    public void A_class_without_a_test_image_is_told()
    {
        Images("a", 1, 2, 3);
        Images("only", 9);
        Assert.Equal(["'only' has no two different samples, so none to test with"], Split().Notes);
    }

    [Fact]
    public void No_class_with_two_images_is_refused()
    {
        Images("a", 1);
        Images("b", 2);
        Assert.Equal($"{folder.Path}: no class has two different images; one to train on and one to test on are needed.",
            Assert.Throws<InvalidDataException>(() => Split()).Message);
    }

    [Theory]
    [InlineData("train", "test")]
    [InlineData("Train", "Test")]
    [InlineData("training", "testing")]
    [InlineData("train", "val")]
    [InlineData("train", "valid")]
    public void Train_and_test_folders_are_the_parts(string train, string test)
    {
        Images($"{train}/a", 1, 2);
        Images($"{train}/b", 3);
        Images($"{train}/c", 4);
        Images($"{test}/c", 5, 6);
        Images($"{test}/b", 3, 7);
        folder.Write($"{test}/b/x.gif", "GIF89a"u8);
        Images("other/a", 9);
        var split = Split();
        Assert.Equal(["a", "b", "c"], split.Train.ClassNames);
        Assert.Equal(["a", "b", "c"], split.Test.ClassNames);
        Assert.Equal([0L, 0, 1, 2], Enumerable.Range(0, 4).Select(split.Train.Target));
        Assert.Equal([1L, 1, 2, 2], Enumerable.Range(0, 4).Select(split.Test.Target));
        Assert.Equal([3, 7, 5, 6], Levels(split.Test));
        string[] told = test.StartsWith('v') ? [$"there is no folder to test on beside {train}, so {test} is that"] : [];
        Assert.Equal([.. told, "skipped the folder other, which is no part to train or to test on", $"{test}: skipped 1 GIF image: b/x.gif",
            "1 of 4 images to test on are also among those to train on: b/3.pgm", "'a' has no image to test on"], split.Notes);
        folder.Write($"{test}/d/1.pgm", "P2 1 1 255 0"u8);
        Assert.Equal($"{Path.Combine(folder.Path, test, "d")}: there is no such class in {Path.Combine(folder.Path, train)}, which has a, b, c.",
            Assert.Throws<InvalidDataException>(() => Split()).Message);
    }

    [Theory]
    [InlineData("val")]
    [InlineData("valid")]
    [InlineData("Validation")]
    public void Three_folders_are_three_parts(string validation)
    {
        Images("train/a", 1, 2);
        Images("train/b", 3);
        Images($"{validation}/a", 2, 4);
        Images("test/a", 5);
        Images("test/b", 4);
        var (train, checkedWith, test) = Split();
        Assert.Equal([1, 2, 3], Levels(train));
        Assert.Equal([2, 4], Levels(checkedWith!));
        Assert.Equal([5, 4], Levels(test));
        Assert.Equal(["1 of 2 images to validate with are also among those to train on: a/2.pgm",
            "1 of 2 images to validate with are also among those to test on: a/4.pgm", "'b' has no image to validate with"], Split().Notes);
        folder.Write($"{validation}/c/1.pgm", "P2 1 1 255 0"u8);
        Assert.StartsWith(Path.Combine(folder.Path, validation, "c"), Assert.Throws<InvalidDataException>(() => Split()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_to_validate_with_is_cut_from_the_part_to_train_on()
    {
        Images("train/a", [.. Enumerable.Range(0, 10)]);
        Images("train/b", [.. Enumerable.Range(20, 10)]);
        Images("test/a", 50);
        Images("test/b", 51);
        var loading = new ImageLoading { Size = 1, Grey = true, ValidationShare = 0.2 };
        var split = ImageFolder.LoadSplit(folder.Path, loading, new Seed(0));
        Assert.Equal((16, 4, 2), (split.Train.Count, split.Validation!.Count, split.Test.Count));
        Assert.Equal([50, 51], Levels(split.Test));
        Assert.Empty(Levels(split.Train).Intersect(Levels(split.Validation)));
    }

    /// <summary>A memory that holds nothing: the same parts, numbers and sources, decoded whenever they are read.</summary>
    [Fact]
    public void Images_that_do_not_fit_are_decoded_when_they_are_read()
    {
        Images("a", [.. Enumerable.Range(0, 20)]);
        Images("b", [.. Enumerable.Range(20, 20)]);
        var loading = new ImageLoading { Size = 2, Grey = true, Mean = 0.3, Deviation = 0.7 };
        var kept = ImageFolder.LoadSplit(folder.Path, loading, new Seed(4)).Normalized();
        var read = ImageFolder.LoadSplit(folder.Path, loading with { Memory = 0 }, new Seed(4)).Normalized();
        foreach (var (one, other) in new[] { (kept.Train, read.Train), (kept.Test, read.Test) })
        {
            Assert.Equal(one.Preparation, other.Preparation);
            Assert.Equal(one.Sources(), other.Sources());
            foreach (var change in new Augmentation?[] { null, new(new Seed(1)) { Flip = 0.5, Shift = 1, Brightness = 0.5 } })
                Assert.Equal(new DataLoader(one, 7) { Augmentation = change }.SelectMany(static batch => batch.Inputs.ToArray()),
                    new DataLoader(other, 7) { Augmentation = change }.SelectMany(static batch => batch.Inputs.ToArray()));
        }
        Images("a", 100);
        var path = folder.Write("a/0.pgm", "P2 1 1 255 200"u8);
        Assert.Equal($"{path}: it has other pixels than when the folder was loaded: it was changed.", Assert.Throws<InvalidDataException>(() =>
            Enumerable.Range(0, read.Train.Count).Concat(Enumerable.Range(0, read.Test.Count)).SelectMany(i =>
                ImageDatasetTests.Read(i < read.Test.Count ? read.Test : read.Train, i).Concat(ImageDatasetTests.Read(read.Train, i % read.Train.Count)))
                .ToArray()).Message);
    }

    [Fact]
    public void Files_that_cannot_be_read_are_left_out_on_request_and_told()
    {
        Images("a", 1, 2, 3);
        Images("b", 4, 5, 6);
        folder.Write("a/0.png", "<html>"u8);
        folder.Write("b/5.pgm", "P2 1 1 255"u8);
        var first = Path.Combine(folder.Path, "a", "0.png");
        Assert.StartsWith($"{first}: not a PNG image", Assert.Throws<InvalidDataException>(() => Split()).Message, StringComparison.Ordinal);
        foreach (var memory in new[] { 0L, 1000 })
        {
            var unreadable = new List<UnreadableFile>();
            var loading = new ImageLoading { Size = 1, Grey = true, Unreadable = unreadable.Add, Memory = memory };
            var data = ImageFolder.Load(folder.Path, loading);
            Assert.Equal([1, 2, 3, 4, 6], Levels(data));
            Assert.Equal([0L, 0, 0, 1, 1], Enumerable.Range(0, 5).Select(data.Target));
            Assert.Equal([Path.Combine("a", "0.png"), Path.Combine("b", "5.pgm")], unreadable.Select(static file => file.Path));
            Assert.Equal("not a PNG image: it is a page of HTML or XML.", unreadable[0].Reason);
            Assert.Equal(["left out 2 of 7 images, which cannot be read"], ImageFolder.LoadSplit(folder.Path, loading, new Seed(0)).Notes);
        }
        foreach (var level in new[] { 4, 6 }) folder.Write($"b/{level}.pgm", "P2 1 1 255"u8);
        Assert.StartsWith($"{Path.Combine(folder.Path, "b")}: none of its 3 images can be read, the first: ", Assert.Throws<InvalidDataException>(
            () => ImageFolder.Load(folder.Path, new ImageLoading { Size = 1, Unreadable = static _ => { } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_with_the_name_of_another_kind_is_told()
    {
        Images("a", 1, 2, 3);
        Images("b", 4, 5);
        folder.Write("b/6.jpg", "P2 1 1 255 6"u8);
        Assert.Equal(["1 image has the name of another kind, but is read: b/6.jpg is PNM"], Split().Notes);
    }

    [Fact]
    public void A_class_may_be_called_train()
    {
        Images("train", 1, 2, 3);
        Images("test", 4, 5, 6);
        Assert.Equal(["test", "train"], Split().Train.ClassNames);
    }

    [Fact]
    public void A_train_folder_alone_is_split()
    {
        Images("train/a", 1, 2, 3);
        Images("train/b", 4, 5, 6);
        var split = Split();
        Assert.Equal((4, 2), (split.Train.Count, split.Test.Count));
        Assert.Equal(["there is no folder to test on beside train, so a part of its images is taken"], split.Notes);
    }

    private DatasetSplit Split() => ImageFolder.LoadSplit(folder.Path, size: 1, grey: true, testShare: 0.2, new Seed(0));

    private void Images(string name, params int[] levels)
    {
        foreach (var level in levels) folder.Write($"{name}/{level}.pgm", System.Text.Encoding.ASCII.GetBytes($"P2 1 1 255 {level}"));
    }

    private static int[] Levels(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)MathF.Round(255 * ImageDatasetTests.Read(data, i)[0]))];
}
