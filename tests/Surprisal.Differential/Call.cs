using TorchSharp;

namespace Surprisal.Differential;

/// <summary>What a call gave: named tensors, or the exception that refused it.</summary>
internal sealed record Answer(IReadOnlyList<(string Name, Numbers Numbers)> Results, Exception? Refusal = null);

/// <summary>One computation with its inputs, as Surprisal and as PyTorch do it.</summary>
internal abstract record Call
{
    /// <summary>The C# expression, over the inputs a, b, c ...</summary>
    public required string Text { get; init; }

    public required IReadOnlyList<Numbers> Inputs { get; init; }

    /// <summary>How many of the inputs, from the first, get a gradient.</summary>
    public int Differentiable { get; init; } = int.MaxValue;

    /// <summary>Whether an element of the result depends on more than the inputs' elements beside it, so that a large one hides what small ones add.</summary>
    public bool Mixes { get; init; } = true;

    /// <summary>What gradients lose to cancellation: so many units of the last place of 1.</summary>
    public double Slack { get; init; }

    /// <summary>Whether PyTorch's side is composed of several operations, whose infinities on the way are not the function's.</summary>
    public bool IsComposed { get; init; }

    /// <summary>
    /// Whether value and gradient come of one pass, so that what overflows there does so before it meets an upstream gradient: a row of the differences.
    /// </summary>
    public bool IsOnePass { get; init; }

    /// <summary>How many roundings of the element type, of numbers as large as the inputs or their products, a result may have on its way.</summary>
    public int Roundings { get; init; }

    /// <summary>0: gradients of the sum; otherwise of a sum with factors from this seed.</summary>
    public int Upstream { get; init; }

    /// <summary>The places where Surprisal decides differently that this call may touch.</summary>
    public IReadOnlyList<Decision> Decisions { get; init; } = [];

    public abstract string Element { get; }

    /// <summary>Half an ulp of 1 in the element type; 0 for integers.</summary>
    public abstract double Epsilon { get; }

    /// <summary>The distance of 0 from the next number.</summary>
    public abstract double Tiny { get; }

    public abstract Answer Ours();

    /// <summary>PyTorch's answer in float64, or in the call's own type.</summary>
    public abstract Answer PyTorch(bool inDouble, Func<torch.Tensor[], torch.Tensor[]>? instead = null);

    /// <summary>A number rounded to the element type.</summary>
    public abstract double Round(double value);

    /// <summary>Whether the factors are not only moderate numbers.</summary>
    public bool HasEdges => Upstream % 8 == 7 && !Mixes && !IsComposed && Decisions.Count == 0;

    /// <summary>The factors of an output's elements in what is differentiated.</summary>
    protected Numbers Factors(int output, int[] shape)
    {
        var random = new Random(Upstream + output);
        double[] edges = [double.NaN, double.PositiveInfinity, 0, -0.0, 1e30];
        return Numbers.Of<float>(shape, () => Upstream == 0 ? 1
            : HasEdges && random.Next(4) == 0 ? edges[random.Next(edges.Length)] : random.Next(-16, 17) / 8.0).Map(Round);
    }
}
