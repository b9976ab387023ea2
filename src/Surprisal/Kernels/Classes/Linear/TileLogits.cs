using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// What becomes of the products u of a tile before they are logits: the bias is added, then z = cap tanh(u / cap) / temperature. A lane is
/// a row, a step of <see cref="LinearTile.Rows"/> a class.
/// </summary>
/// <remarks>The operations are those of a linear layer and of <c>CrossEntropyLoss</c>'s options, in their order: the same bits.</remarks>
internal readonly unsafe struct TileLogits<T>(double? cap, double temperature) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T limit = T.CreateTruncating(cap ?? 0), inverseLimit = T.CreateTruncating(1 / (cap ?? 1)),
        inverseTemperature = T.CreateTruncating(1 / temperature);

    /// <summary>Whether there is a cap: then u is kept, for the gradient needs it.</summary>
    public bool HasCap { get; } = cap is not null;

    /// <summary>What a derivative by z is multiplied by beside the cap's slope.</summary>
    public double Slope { get; } = temperature == 1 ? 1 : double.CreateTruncating(T.CreateTruncating(1 / temperature));

    /// <summary>u += bias, and without a cap z in its place.</summary>
    [MethodImpl(Compile.Separately)]
    public void AddBias(T* u, int classes, T* bias)
    {
        var factor = Lanes<T>.All(inverseTemperature);
        var end = u + (nint)classes * LinearTile.Rows;
        if (bias is not null)
        {
            for (var at = u; at < end; at += LinearTile.Rows, bias++) (Lanes<T>.Load(ref *at, 0) + Lanes<T>.All(*bias)).Store(ref *at, 0);
        }
        if (HasCap || inverseTemperature == T.One) return;
        for (var at = u; at < end; at += LinearTile.Rows) (Lanes<T>.Load(ref *at, 0) * factor).Store(ref *at, 0);
    }

    /// <summary>z from u under a cap.</summary>
    [MethodImpl(Compile.Separately)]
    public void Cap(T* u, int classes, T* z)
    {
        var (inverse, limits, factor) = (Lanes<T>.All(inverseLimit), Lanes<T>.All(limit), Lanes<T>.All(inverseTemperature));
        for (nint i = 0; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows)
        {
            var y = Hyperbolic<T>.Tanh(Lanes<T>.Load(ref *u, i) * inverse) * limits;
            (inverseTemperature == T.One ? y : y * factor).Store(ref *z, i);
        }
    }

    /// <summary>
    /// From derivatives by z, the temperature's factor in them, to those by u, in its place: sech^2(u / cap) = 4 e / (1 + e)^2 with e =
    /// exp(-2 |u| / cap), which keeps its digits where 1 - tanh^2 has none.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    public void CapGradient(T* dz, int classes, T* u)
    {
        var (factor, one, four) = (Lanes<T>.All(T.CreateTruncating(-2) * inverseLimit), Lanes<T>.All(T.One),
            Lanes<T>.All(T.CreateTruncating(4)));
        for (nint i = 0; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows)
        {
            var e = (Lanes<T>.Load(ref *u, i).Abs() * factor).ExpNonPositive();
            var sum = one + e;
            var g = Lanes<T>.Load(ref *dz, i);
            // 0 stays 0, also where u is NaN
            Lanes<T>.Select(Lanes<T>.Equal(g, Lanes<T>.Zero), g, g * (four * e / (sum * sum))).Store(ref *u, i);
        }
    }
}
