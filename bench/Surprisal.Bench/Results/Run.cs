using System.Text.Json.Serialization;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Results;

/// <summary>All figures of one run, with what they were measured on: a file of bench/results.</summary>
/// <param name="Date">The day.</param>
/// <param name="Machine">The machine.</param>
/// <param name="PyTorch">The rival's version; null where there was none.</param>
/// <param name="Rounds">How many rounds the medians are of.</param>
/// <param name="SecondsPerRound">How long a side took in a round.</param>
/// <param name="Figures">Each row in a process of its own.</param>
/// <param name="InOneProcess">The rows in one long process, in the order in which they ran; null where they were not measured so.</param>
/// <param name="IsWithoutAvx512">Whether both sides were told to do without the machine's AVX-512.</param>
internal sealed record Run(
    string Date,
    Machine Machine,
    string? PyTorch,
    int Rounds,
    double SecondsPerRound,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<Figure>? InOneProcess = null,
    bool IsWithoutAvx512 = false)
{
    /// <summary>One file for a class of machines: the processor, how many cores, and whether it did without AVX-512.</summary>
    public string Path => ResultFile.Path(Machine, IsWithoutAvx512 ? "-avx2" : "");

    /// <summary>What stands above a table.</summary>
    public string Caption =>
        $"{Machine}, {Rival}; {Date}, medians of {Rounds} rounds.";

    private string Rival => PyTorch is null ? "no PyTorch found" : $"PyTorch {PyTorch}{(IsWithoutAvx512 ? ", held to AVX2" : "")}";

    /// <summary>The rows that were measured in both ways, in the order of the table.</summary>
    [JsonIgnore]
    public IEnumerable<(Figure Alone, Figure InOneProcess)> Both =>
        Figures.Join(InOneProcess ?? [], static alone => alone.Work, static other => other.Work, static (alone, other) => (alone, other));

    /// <summary>Of each row the worse figure, of the two where there are two.</summary>
    [JsonIgnore]
    public IEnumerable<Figure> Worse
    {
        get
        {
            var worse = Both.Where(static both => IsWorse(both.InOneProcess, both.Alone))
                .ToDictionary(static both => both.Alone, static both => both.InOneProcess);
            return Figures.Select(alone => worse.GetValueOrDefault(alone, alone));
        }
    }

    public static Run Read(string json) => ResultFile.Read<Run>(json);

    public string ToJson() => ResultFile.Format(
        this with { Figures = [.. Figures.Select(Rounded)], InOneProcess = InOneProcess?.Select(Rounded).ToList() });

    private static bool IsWorse(Figure figure, Figure other) =>
        figure.Ratio is { } ratio && other.Ratio is { } otherRatio ? ratio < otherRatio : figure.Milliseconds > other.Milliseconds;

    private static Figure Rounded(Figure f) => f with
    {
        Milliseconds = Digits(f.Milliseconds), Installed = Digits(f.Installed), Tuned = Digits(f.Tuned), Ratio = Digits(f.Ratio),
        Copy = Digits(f.Copy), Copies = Digits(f.Copies), Share = Digits(f.Share), Gigaflops = Digits(f.Gigaflops),
        Allocated = Digits(f.Allocated), Narrow = Digits(f.Narrow),
    };

    private static double? Digits(double? value) => value is { } number ? Digits(number) : null;

    private static double Digits(double value) => ResultFile.Rounded(value);
}
