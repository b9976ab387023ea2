using System.Runtime.CompilerServices;
using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// What replicates of the data are made of: each row is in a group that seed and global row decide, and a group holds the sums that means
/// are made of. All groups together are the whole, exactly.
/// </summary>
internal sealed class GroupSums
{
    private const int MostClasses = 256;

    private readonly MetricOptions options;
    private readonly CalibrationEdges edges;

    public GroupSums(MetricOptions options, CalibrationEdges edges)
    {
        var groups = options.Groups;
        (this.options, this.edges) = (options, edges);
        (Rows, Hits, Loss, Brier) = (new(groups), new(groups), new(groups), new(groups));
        Divisor = options.Weight is null ? null : new(groups);
        (BinRows, BinHits, BinConfidence) = (new(groups * edges.Count), new(groups * edges.Count), new(groups * edges.Count));
        if (options.ClassCount <= MostClasses) Classes = new(groups * options.ClassCount * 3);
    }

    public int Groups => options.Groups;

    public int Bins => edges.Count;

    public RowCounts Rows { get; }

    public RowCounts Hits { get; }

    public ExactSums Loss { get; }

    /// <summary>What the loss is divided by, where classes have weights; else it is the rows' weight.</summary>
    public ExactSums? Divisor { get; }

    public ExactSums Brier { get; }

    /// <summary>At bin * groups + group.</summary>
    public RowCounts BinRows { get; }

    /// <inheritdoc cref="BinRows"/>
    public RowCounts BinHits { get; }

    /// <inheritdoc cref="BinRows"/>
    public FixedSums BinConfidence { get; }

    /// <summary>Hits, predictions and targets of each class at (3 class + kind) * groups + group; null for many classes.</summary>
    public RowCounts? Classes { get; }

    public void UseWeights()
    {
        foreach (var counts in new[] { Rows, Hits, BinRows, BinHits, Classes }) counts?.UseWeights();
    }

    /// <summary>Adds a row that counts.</summary>
    [MethodImpl(Compile.Separately)]
    public void Add(long row, int target, in RowScore score, double loss, double confidence, bool isHit, float weight, Int128 units)
    {
        var groups = Groups;
        var hash = new RandomStream(options.Seed, row).Next();
        var group = (int)(int.IsPow2(groups) ? hash & (ulong)(groups - 1) : hash % (ulong)groups); // a division takes longer than the rest
        Rows.Add(group, units);
        Loss.Add(group, weight * loss);
        Divisor?.Add(group, weight * options.Weight![target]);
        Brier.Add(group, weight * score.Brier);
        var bin = edges.Find(confidence) * groups + group;
        BinRows.Add(bin, units);
        BinConfidence.Add(bin, weight * confidence);
        if (isHit) BinHits.Add(bin, units);
        var isRight = score.Predicted == target;
        if (isRight) Hits.Add(group, units);
        if (Classes is null) return;
        if (isRight) Classes.Add(3 * target * groups + group, units);
        Classes.Add((3 * score.Predicted + 1) * groups + group, units);
        Classes.Add((3 * target + 2) * groups + group, units);
    }

    public void Add(GroupSums other)
    {
        Rows.Add(other.Rows);
        Hits.Add(other.Hits);
        Loss.Add(other.Loss);
        Divisor?.Add(other.Divisor!);
        Brier.Add(other.Brier);
        BinRows.Add(other.BinRows);
        BinHits.Add(other.BinHits);
        BinConfidence.Add(other.BinConfidence);
        Classes?.Add(other.Classes!);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var counts in new[] { Rows, Hits, BinRows, BinHits }) counts.Write(json);
        Loss.Write(json);
        Brier.Write(json);
        BinConfidence.Write(json);
        if (Classes is null) json.WriteNullValue();
        else Classes.Write(json);
        if (Divisor is null) json.WriteNullValue();
        else Divisor.Write(json);
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        Rows.Read(json[0]);
        Hits.Read(json[1]);
        BinRows.Read(json[2]);
        BinHits.Read(json[3]);
        Loss.Read(json[4]);
        Brier.Read(json[5]);
        BinConfidence.Read(json[6]);
        Classes?.Read(json[7]);
        Divisor?.Read(json[8]);
    }
}
