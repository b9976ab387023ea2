using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The gradient of a loss over class indices with respect to the logits: exponentials e [rows, classes], or a tile [classes, pitch] of
/// them, become g_c = factor e_c - (s / C) u_c in place, times the scale of the row, in one pass over cached memory.
/// </summary>
/// <remarks>
/// <para>Derivation, for cross-entropy, with the names of <see cref="CrossEntropy"/>:</para>
/// <para>1. loss = Q lse - sum_c q_c x_c + z w lse^2, with Q = sum q, because sum_c q_c (lse - x_c) splits so.</para>
/// <para>2. The derivative of lse with respect to x_c is p_c = e_c / (1 + E), with e_c = exp(x_c - m) as the sums left it in memory.</para>
/// <para>3. So g_c = (Q + 2 z w lse) p_c - q_c = factor e_c - q_c, with factor = (Q + 2 z w lse) / (1 + E).</para>
/// <para>4. Beside the target q_c is the smoothing term alone, (s / C) u_c, and without smoothing nothing is subtracted.</para>
/// <para>
/// 5. At the target q_t is nearly all of factor e_t where the model is sure: the formula makes g_t from E, without that cancellation.
/// </para>
/// <para>Softmax focal loss has the same form without smoothing, with its own factor and its own g_t.</para>
/// </remarks>
internal static class ClassGradient
{
    /// <summary>A row that is not ignored.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Row<T>(Span<T> e, int target, in ClassParameters<T> parameters, in RowResults results, int row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var factor = T.CreateTruncating(results.Factor[row]);
        var gradient = new OfClass<T>(factor, T.CreateTruncating(results.SmoothingTerm[row]));
        if (parameters.Smoothing == SmoothingKind.None) Elementwise.Map<T, Formulas<T>.Multiply>(e, factor, e, default);
        else if (parameters.Smoothing == SmoothingKind.Uniform) Elementwise.Map(e, e, gradient);
        else Elementwise.Map(e, parameters.Weight, e, gradient);
        e[target] = T.CreateTruncating(results.TargetGradient[row]);
    }

    /// <summary>The columns of a tile, of which ignored ones become 0.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Columns<T>(
        ref T tile,
        int classes,
        nint pitch,
        ReadOnlySpan<int> targets,
        in ClassParameters<T> parameters,
        in RowResults results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var factors = ref MemoryMarshal.GetReference(results.Factor);
        ref var terms = ref MemoryMarshal.GetReference(results.SmoothingTerm);
        var kind = parameters.Smoothing;
        var weights = parameters.Weight;
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, i);
            var factor = Lanes<T>.LoadFromDouble(ref factors, i);
            if (kind == SmoothingKind.None)
            {
                for (nint c = 0; c < classes * pitch; c += pitch) (Lanes<T>.Load(ref at, c) * factor).StoreResult(ref at, c);
                continue;
            }
            var termOfWeight1 = Lanes<T>.LoadFromDouble(ref terms, i);
            if (kind == SmoothingKind.Uniform)
                for (nint c = 0; c < classes * pitch; c += pitch)
                    Of(Lanes<T>.Load(ref at, c), factor, termOfWeight1).StoreResult(ref at, c);
            else
                for (var c = 0; c < classes; c++)
                    Of(Lanes<T>.Load(ref at, c * pitch), factor, termOfWeight1 * Lanes<T>.All(weights[c])).StoreResult(ref at, c * pitch);
        }
        for (var i = 0; i < targets.Length; i++)
        {
            if (!ClassTargets.IsIgnored(targets[i]))
                Unsafe.Add(ref tile, targets[i] * pitch + i) = T.CreateTruncating(results.TargetGradient[i]);
            else
                for (var c = 0; c < classes; c++) Unsafe.Add(ref tile, c * pitch + i) = T.Zero;
        }
    }

    /// <summary>g_c, with the smoothing term of the class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Of<T>(Lanes<T> e, Lanes<T> factor, Lanes<T> term) where T : unmanaged =>
        Lanes<T>.Fma(e, factor, -term);

    /// <summary>g_c of a row: with one term for every class, or with each class's weight.</summary>
    private readonly struct OfClass<T>(T factor, T termOfWeight1) : IUnary<T>, IBinary<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> e) => Of(e, Lanes<T>.All(factor), Lanes<T>.All(termOfWeight1));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> e, Lanes<T> weight) => Of(e, Lanes<T>.All(factor), Lanes<T>.All(termOfWeight1) * weight);
    }
}
