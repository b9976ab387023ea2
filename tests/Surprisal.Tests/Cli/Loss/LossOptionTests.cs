namespace Surprisal.Tests.Cli.Loss;

/// <summary>Each option of each loss changes what the command answers, where it matters.</summary>
public sealed class LossOptionTests
{
    private const float Minus = float.NegativeInfinity;

    private static readonly string[] ofClasses =
    [
        "--reduction sum", "--reduction none", "--normalizer 7", "--sample-weights W", "--weight 1,2,0.5", "--ignore-index 1",
        "--when-empty zero after --sample-weights ZEROS",
    ];

    public static TheoryData<string, string> Cases => new(
        ofClasses.Select(static option => ("nll", option))
        .Concat(ofClasses.Append("--gamma 1.5").Select(static option => ("softmax-focal", option)))
        .Concat(ofClasses.Select(static option => ("cross-entropy", option)))
        .Concat(
        [
            ("cross-entropy", "--label-smoothing 0.2"), ("cross-entropy", "--z-loss 0.3"), ("cross-entropy", "--soft-cap 1.5"),
            ("cross-entropy", "--smoothing-weight per-target after --label-smoothing 0.2 --weight 1,2,0.5"),
            ("cross-entropy", "--temperature 2"), ("cross-entropy", "--prior 0.2,0.5,0.3"), ("cross-entropy", "--prior P"),
            ("cross-entropy", "--prior-strength 0.5 after --prior 0.2,0.5,0.3"),
            ("cross-entropy", "--zero-times-infinity-is-zero after --logits INFINITE --targets ONES"),
            ("bce", "--weight 1,2,0.5"), ("bce", "--sample-weights W4"), ("bce", "--normalizer 7"), ("bce", "--reduction sum"),
            ("bce", "--when-empty zero after --sample-weights ZERO"),
            ("bce-with-logits", "--weight 1,2,0.5"), ("bce-with-logits", "--pos-weight 3"), ("bce-with-logits", "--reduction none"),
            ("focal", "--alpha 0.75"), ("focal", "--gamma 1.5"), ("focal", "--reduction mean"), ("focal", "--normalizer 7 after --reduction mean"),
            ("multi-label-soft-margin", "--weight 1,2,0.5"), ("multi-label-soft-margin", "--reduction sum"), ("soft-margin", "--reduction sum"),
            ("kl-div", "--log-target"), ("kl-div", "--reduction batchmean"), ("kl-div", "--reduction sum"),
            ("kl-div", "--zero-times-infinity-is-zero after --input INFINITE --targets ONES"),
            ("mse", "--reduction sum"), ("l1", "--normalizer 7"), ("smooth-l1", "--beta 0.3"), ("huber", "--delta 0.3"),
        ]));

    [Theory, MemberData(nameof(Cases))]
    public void It_changes_the_answer(string loss, string option)
    {
        using var call = new LossCall();
        call.Write("x", [0.25f, 0.5f, 0.125f, 0.75f, 0.0625f, 0.875f, 0.5f, 0.375f, 0.25f, 0.0625f, 0.9375f, 0.5f], 4, 3);
        if (loss is "cross-entropy" or "nll" or "softmax-focal") call.Write("y", (byte[])[0, 1, 2, 1], 4);
        else call.Write("y", [1f, 0, 0.5f, 0.75f, 1, 0.25f, 0.25f, 0, 1, 1, 0.5f, 0], 4, 3);
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["W"] = call.Write("w", (byte[])[1, 2, 3, 0], 4), ["W4"] = call.Write("w4", [1f, 2, 3, 0], 4, 1),
            ["ZEROS"] = call.Write("zeros", (byte[])[0, 0, 0, 0], 4), ["ZERO"] = call.Write("zero", (byte[])[0], 1),
            ["P"] = call.Write("p", [0.2, 0.5, 0.3], 3), ["INFINITE"] = call.Write("infinite", [Minus, 1, 2, Minus, 0, 1], 2, 3),
            ["ONES"] = call.Write("ones", [0f, 0, 1, 0, 1, 0], 2, 3),
        };
        var parts = option.Split(" after ");
        string[] before = parts.Length == 1 ? [] : Words(parts[1]);
        Assert.NotEqual(Answer(before), Answer([.. before, .. Words(parts[0])]));

        string[] Words(string text) => [.. text.Split(' ').Select(word => files.GetValueOrDefault(word, word))];

        string Answer(string[] arguments)
        {
            var others = arguments.Contains("--targets") ? Array.Empty<string>() : ["--logits", call.Path("x"), "--targets", call.Path("y")];
            var line = LossCall.Run(loss, [.. others, "--gradient", call.Path("g"), "--force", .. arguments]);
            return line + string.Join(' ', LossCall.Read(call.Path("g")).Values);
        }
    }
}
