namespace Surprisal.Tests.Formats;

/// <summary>Several files as one array, whose rows count through all of them.</summary>
public sealed class ShardedArrayTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Rows_follow_each_other_over_the_edges_of_files()
    {
        using var all = new ShardedArray([Shard("a", 0, 2), Shard("b", 2, 0), Shard("c", 2, 3), Shard("d", 5, 0), Shard("e", 5, 1)]);
        Assert.Equal([6, 2], all.Shape);
        Assert.Equal(12, all.Length);
        Assert.True(all.CanSeek);
        Assert.Equal($"{Path.Combine(folder.FullName, "a")} and 4 more", all.Name);
        for (var first = 0; first <= 12; first++)
            for (var count = 0; count <= 12 - first; count++)
            {
                var read = new float[count];
                all.Read<float>(first, read);
                Assert.Equal(Enumerable.Range(first, count).Select(static i => (float)i), read);
            }
        all.Verify();
    }

    [Fact]
    public void One_file_is_itself_and_none_is_refused()
    {
        using var one = new ShardedArray([Shard("a", 0, 2)]);
        Assert.Equal(Path.Combine(folder.FullName, "a"), one.Name);
        Assert.StartsWith("there is no array; one or more were expected.", Assert.Throws<ArgumentException>(() => new ShardedArray([])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_do_not_fit_are_both_named()
    {
        var (a, b, c) = (Path.Combine(folder.FullName, "a"), Path.Combine(folder.FullName, "b"), Path.Combine(folder.FullName, "c"));
        using var rows = Shard("a", 0, 2);
        NpyFile.Write<float>(b, new float[6], [2, 3]);
        NpyFile.Write<double>(c, new double[4], [2, 2]);
        using var wide = NpyFile.Open(b);
        using var exact = NpyFile.Open(c);
        Assert.Equal($"{b} holds float32 [2, 3], but {a} float32 [2, 2]: only the first axis may differ.",
            Assert.Throws<InvalidDataException>(() => new ShardedArray([rows, wide])).Message);
        Assert.Equal($"{c} holds float64 [2, 2], but {a} float32 [2, 2]: only the first axis may differ.",
            Assert.Throws<InvalidDataException>(() => new ShardedArray([rows, exact])).Message);
        NpyFile.Write<float>(b + "0", [1], []);
        using var number = NpyFile.Open(b + "0");
        Assert.StartsWith($"{b}0 is a single number; rows were expected.", Assert.Throws<ArgumentException>(() => new ShardedArray([number])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_in_messages_count_through_all_files()
    {
        var (a, b) = (Path.Combine(folder.FullName, "a"), Path.Combine(folder.FullName, "b"));
        NpyFile.Write<ulong>(a, [1, 2, 3], [3]);
        NpyFile.Write<ulong>(b, [4, ulong.MaxValue], [2]);
        using var all = new ShardedArray([NpyFile.Open(a), NpyFile.Open(b)]);
        Assert.Equal($"{a} and 1 more: the number at [4] is 18446744073709551615; at most 9223372036854775807 was expected.",
            Assert.Throws<InvalidDataException>(() => all.Read<long>(1, new long[4])).Message);
    }

    [Fact]
    public void Deflated_files_are_read_in_order_one_after_another()
    {
        var path = Path.Combine(folder.FullName, "a.npz");
        System.IO.File.WriteAllBytes(path, ArrayFixtures.Npz("compressed"));
        using var all = new ShardedArray([ArrayFile.Open(path + ":logits"), ArrayFile.Open(path + ":logits")]);
        Assert.False(all.CanSeek);
        var expected = ArrayFixtures.ExpectedArrays("compressed")["logits"].Values;
        Assert.Equal([.. expected, .. expected], ArrayFixtures.ReadAll(all, 5));
    }

    private StoredArray Shard(string name, int first, int rows)
    {
        var path = Path.Combine(folder.FullName, name);
        NpyFile.Write<float>(path, [.. Enumerable.Range(2 * first, 2 * rows).Select(static i => (float)i)], [rows, 2]);
        return NpyFile.Open(path);
    }
}
