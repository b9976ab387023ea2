namespace Surprisal.Cuda;

/// <summary>What a loss of elements adds to the kernel that <see cref="ElementKernels"/> writes for all of them.</summary>
internal interface IElementFormula
{
    /// <summary>The kernel's name.</summary>
    static abstract string Name { get; }

    /// <summary>Whether it is a formula of the difference of input and target, which is computed in double.</summary>
    static virtual bool IsDifference => false;

    /// <summary>The loss of an element and its derivative by the input, operation for operation the library's.</summary>
    static abstract (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat;

    /// <summary>The derivative by the target times w, multiplied where the library multiplies; of a difference it is that by the input,
    /// negative.</summary>
    static virtual Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat =>
        throw new NotSupportedException("a difference has no derivative of its own by the target.");
}
