using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Splits a dataset by what its samples hold: the one rule for all of them. See <see cref="Dataset.Split(double,
/// Seed)"/>.</summary>
internal static class ContentSplit
{
    private const int MaxListed = 5;

    /// <summary>Refuses shares that leave nothing to train on.</summary>
    public static void CheckShares(double testShare, double validationShare)
    {
        if (!(testShare > 0 && testShare < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare),
                $"testShare is {testShare}; it must be greater than 0 and less than 1.");
        if (!(validationShare >= 0 && testShare + validationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(validationShare),
                $"validationShare is {validationShare}; it must be at least 0, and with the {testShare} to test on less than 1.");
    }

    /// <summary>
    /// Splits into a part to train on and a part to test on, which is empty where no class has two different contents, and one to validate
    /// with where its share is above 0. A test share of 0 makes none.
    /// </summary>
    public static DatasetSplit Split(Dataset data, double testShare, double validationShare, long seed)
    {
        // Each content once, in the order of the hashes, with the samples that hold it.
        var contents = Contents(data, seed)
            .OrderBy(static content => content.Key, StringComparer.Ordinal)
            .Select(static content => content.Value).ToList();
        var (tested, validated) = (new bool[data.Count], new bool[data.Count]);
        var notes = new List<string>();
        Note(notes, contents.Where(content => content.Exists(index => data.Target(index) != data.Target(content[0])))
            .OrderBy(static content => content[0]),
            content => $"the same content has several labels: {string.Join(", ", Labelled(data, content))}");
        var copies = data.Count - contents.Count;
        if (copies > 0)
        {
            var first = contents.Where(static content => content.Count > 1).MinBy(static content => content[0])!;
            var example = $"{data.Name(first[1])} of {data.Name(first[0])}{(copies > 1 ? ", ..." : "")}";
            notes.Add($"{copies} of {data.Count} samples are copies of others, which stay together: {example}");
        }
        var (untested, unvalidated) = (new List<string>(), new List<string>());
        // A content under several labels counts for the first of its samples alone.
        foreach (var ofClass in contents.GroupBy(content => data.Target(content[0])).OrderBy(static group => group.Key))
        {
            var different = ofClass.ToList();
            var tests = Take(testShare, different.Count, different.Count);
            var validations = Take(validationShare, different.Count, different.Count - tests);
            Mark(different.Take(tests), tested);
            Mark(different.Skip(tests).Take(validations), validated);
            if (testShare > 0 && tests == 0) untested.Add($"'{ClassName(data, ofClass.Key)}'");
            if (validationShare > 0 && validations == 0) unvalidated.Add($"'{ClassName(data, ofClass.Key)}'");
        }
        if (untested.Count > 0)
            notes.Add($"{Listed(untested)} {(untested.Count == 1 ? "has" : "have")} no two different samples, so none to test with");
        if (unvalidated.Count > 0)
            notes.Add($"{Listed(unvalidated)} {(unvalidated.Count == 1 ? "has" : "have")} too few different samples " +
                "to leave one to train on beside one to validate with");
        return new DatasetSplit
        {
            Train = Select(data, index => !tested[index] && !validated[index]), Test = Select(data, index => tested[index]),
            Validation = validationShare > 0 ? Select(data, index => validated[index]) : null, Notes = notes,
        };
    }

    /// <summary>
    /// How many of a class's contents a part takes of those that are left: its share, at least one, and never the last, which is to train
    /// on.
    /// </summary>
    /// <remarks>In decimal, 0.29 of 100 contents are 29 and 0.145 of them 14.5; in double both would be less.</remarks>
    private static int Take(double share, int contents, int left) => share == 0 || left < 2 ? 0
        : Math.Clamp((int)Math.Round((decimal)share * contents, MidpointRounding.AwayFromZero), 1, left - 1);

    private static void Mark(IEnumerable<List<int>> contents, bool[] marks)
    {
        foreach (var content in contents)
            foreach (var index in content) marks[index] = true;
    }

    /// <summary>The samples of each content, in their order; the key is the hash of seed and content.</summary>
    public static Dictionary<string, List<int>> Contents(Dataset data, long seed)
    {
        var contents = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> seedBytes = stackalloc byte[sizeof(long)], digest = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64LittleEndian(seedBytes, seed);
        for (var index = 0; index < data.Count; index++)
        {
            // The word keeps this use of the seed apart from every other.
            hash.AppendData("split"u8);
            hash.AppendData(seedBytes);
            data.AddContent(index, hash);
            hash.GetHashAndReset(digest);
            var key = Convert.ToHexString(digest);
            if (!contents.TryGetValue(key, out var same)) contents.Add(key, same = []);
            same.Add(index);
        }
        return contents;
    }

    /// <summary>Up to five of them, and how many more there are.</summary>
    public static string Listed(List<string> names) =>
        string.Join(", ", names.Take(MaxListed).Select(static name => name.Contains(',') && name[0] != '\'' ? Quoted.Of(name) : name)) +
        (names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "");

    private static void Note(List<string> notes, IEnumerable<List<int>> contents, Func<List<int>, string> sentence)
    {
        var all = contents.ToList();
        notes.AddRange(all.Take(MaxListed).Select(sentence));
        if (all.Count > MaxListed) notes.Add($"{all.Count - MaxListed} more contents have several labels");
    }

    private static IEnumerable<string> Labelled(Dataset data, List<int> content) =>
        content.DistinctBy(data.Target).Select(index => $"{data.Name(index)} is '{ClassName(data, data.Target(index))}'");

    private static string ClassName(Dataset data, long target) =>
        target < 0 ? "no label" : target < data.ClassNames.Count ? data.ClassNames[(int)target] : $"{target}";

    private static Subset Select(Dataset data, Predicate<int> has)
    {
        var indices = new List<int>();
        for (var index = 0; index < data.Count; index++)
            if (has(index)) indices.Add(index);
        return new Subset(data, [.. indices]);
    }
}
