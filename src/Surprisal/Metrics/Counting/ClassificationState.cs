using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Everything that single-label metrics keep of the rows: integers and exact sums, so that any cut and order gives the same bits.
/// </summary>
internal sealed class ClassificationState
{
    private readonly MetricOptions options;

    public ClassificationState(MetricOptions options)
    {
        this.options = options;
        var classes = options.ClassCount;
        Edges = new(options.Bins);
        (Confusion, Groups, TopK, Hardest, ClassLoss) =
            (new(classes), new(options, Edges), new(1), new(options.HardestRows), new(classes));
        if (options.HasRanking) Ranking = new(classes);
        if (options.HasClassCalibration) ClassCalibration = new(classes, Edges);
    }

    public CalibrationEdges Edges { get; }

    public RowRanges Rows { get; } = new();

    /// <summary>Rows by what became of them; the last two are among the counted ones.</summary>
    public long Counted, Ignored, ZeroWeight, Invalid, NotNormalised, InfiniteLoss;

    /// <summary>A sum of hashes of all rows' numbers, targets and weights: the same for two models on the same data.</summary>
    public ulong TargetDigest { get; private set; }

    /// <summary>A sum of hashes of the invalid rows' numbers: with the digest of the targets it says which rows count.</summary>
    public ulong InvalidDigest { get; private set; }

    public Confusion Confusion { get; }

    public GroupSums Groups { get; }

    public RowCounts TopK { get; }

    /// <summary>Rows by their loss, see <see cref="LossHistogram"/>.</summary>
    public RowCounts LossCells { get; } = new(LossHistogram.Cells);

    public ExactSums ClassLoss { get; }

    public EqualMass EqualMass { get; } = new();

    public HardestRows Hardest { get; }

    public RankingCells? Ranking { get; }

    public ClassCalibration? ClassCalibration { get; }

    public bool IsWeighted { get; private set; }

    /// <summary>From here on rows have weights other than 1.</summary>
    public void UseWeights()
    {
        if (IsWeighted) return;
        IsWeighted = true;
        Confusion.UseWeights();
        Groups.UseWeights();
        TopK.UseWeights();
        LossCells.UseWeights();
        EqualMass.UseWeights();
        Ranking?.UseWeights();
        ClassCalibration?.UseWeights();
    }

    /// <summary>Notes what a row is, whether it counts or not.</summary>
    public void Note(long row, int target, float weight) =>
        TargetDigest += new RandomStream(((long)BitConverter.SingleToInt32Bits(weight) << 32) ^ (uint)target, row).Next();

    /// <summary>Counts a row that enters no metric.</summary>
    public void LeaveOut(long row, RowOutcome why)
    {
        if (why == RowOutcome.Ignored) Ignored++;
        else if (why == RowOutcome.ZeroWeight) ZeroWeight++;
        else
        {
            Invalid++;
            InvalidDigest += new RandomStream(0, row).Next();
        }
    }

    /// <summary>Adds a row that counts, but for what is kept class by class, and for <see cref="AddCalibration"/>.</summary>
    /// <param name="row">Its global number.</param>
    /// <param name="target">Its class.</param>
    /// <param name="score">What its scores came down to; of a row of one column confidence and odds are those of class 1.</param>
    /// <param name="loss">In nats, with the class's weight.</param>
    /// <param name="weight">The sample's weight, more than 0.</param>
    public void Add(long row, int target, in RowScore score, double loss, float weight)
    {
        var units = IsWeighted ? RowCounts.Units(weight) : Int128.One;
        Counted++;
        if (score.IsNotNormalised) NotNormalised++;
        if (double.IsPositiveInfinity(loss)) InfiniteLoss++;
        Confusion.Add(target, score.Predicted, units);
        if (score.Rank < options.TopKOrDefault) TopK.Add(0, units);
        LossCells.Add(LossHistogram.CellOf(loss), units);
        ClassLoss.Add(target, weight * loss);
        if (Hardest.MayHold(loss)) Hardest.Add(new HardRow(row, loss, target, score.Predicted, score.Confidence));
    }

    /// <summary>
    /// Adds a row that counts to the groups and to the bins of calibration, which nothing else touches; a hit is what the confidence speaks
    /// of.
    /// </summary>
    public void AddCalibration(long row, int target, in RowScore score, double loss, bool isHit, float weight)
    {
        var units = IsWeighted ? RowCounts.Units(weight) : Int128.One;
        Groups.Add(row, target, score, loss, score.Confidence, isHit, weight, units);
        EqualMass.Add(score.Odds, score.Confidence, isHit, weight, units);
    }

    /// <summary>Adds what another has kept of other rows.</summary>
    public void Add(ClassificationState other)
    {
        if (other.IsWeighted) UseWeights();
        Rows.Add(other.Rows);
        TargetDigest += other.TargetDigest;
        InvalidDigest += other.InvalidDigest;
        Counted += other.Counted;
        Ignored += other.Ignored;
        ZeroWeight += other.ZeroWeight;
        Invalid += other.Invalid;
        NotNormalised += other.NotNormalised;
        InfiniteLoss += other.InfiniteLoss;
        Confusion.Add(other.Confusion);
        Groups.Add(other.Groups);
        TopK.Add(other.TopK);
        LossCells.Add(other.LossCells);
        ClassLoss.Add(other.ClassLoss);
        EqualMass.Add(other.EqualMass);
        Hardest.Add(other.Hardest);
        Ranking?.Add(other.Ranking!);
        ClassCalibration?.Add(other.ClassCalibration!);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("weighted", IsWeighted);
        json.WriteString("targets", TargetDigest.ToString("x16"));
        json.WriteString("invalidRows", InvalidDigest.ToString("x16"));
        foreach (var (name, count) in new[] { ("counted", Counted), ("ignored", Ignored), ("zeroWeight", ZeroWeight), ("invalid", Invalid),
            ("notNormalised", NotNormalised), ("infiniteLoss", InfiniteLoss) })
        {
            json.WritePropertyName(name);
            json.WriteInteger(count);
        }
        foreach (var (name, write) in new (string, Action<Utf8JsonWriter>?)[] { ("ranges", Rows.Write), ("confusion", Confusion.Write),
            ("groups", Groups.Write), ("topK", TopK.Write), ("lossCells", LossCells.Write), ("classLoss", ClassLoss.Write), ("equalMass",
                EqualMass.Write),
            ("hardest", Hardest.Write), ("ranking", Ranking is null ? null : Ranking.Write),
            ("classCalibration", ClassCalibration is null ? null : ClassCalibration.Write) })
        {
            json.WritePropertyName(name);
            if (write is null) json.WriteNullValue();
            else write(json);
        }
    }

    public void Read(JsonElement json)
    {
        if (json.GetProperty("weighted").GetBoolean()) UseWeights();
        TargetDigest = Convert.ToUInt64(json.GetProperty("targets").GetString(), 16);
        InvalidDigest = Convert.ToUInt64(json.GetProperty("invalidRows").GetString(), 16);
        Counted = json.GetProperty("counted").ReadInteger();
        Ignored = json.GetProperty("ignored").ReadInteger();
        ZeroWeight = json.GetProperty("zeroWeight").ReadInteger();
        Invalid = json.GetProperty("invalid").ReadInteger();
        NotNormalised = json.GetProperty("notNormalised").ReadInteger();
        InfiniteLoss = json.GetProperty("infiniteLoss").ReadInteger();
        Rows.Read(json.GetProperty("ranges"));
        Confusion.Read(json.GetProperty("confusion"));
        Groups.Read(json.GetProperty("groups"));
        TopK.Read(json.GetProperty("topK"));
        LossCells.Read(json.GetProperty("lossCells"));
        ClassLoss.Read(json.GetProperty("classLoss"));
        EqualMass.Read(json.GetProperty("equalMass"));
        Hardest.Read(json.GetProperty("hardest"));
        Ranking?.Read(json.GetProperty("ranking"));
        ClassCalibration?.Read(json.GetProperty("classCalibration"));
    }
}
