namespace Surprisal;

public readonly partial struct TensorShape
{
    /// <summary>A shape with a copy of the given sizes.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static implicit operator TensorShape(int[] shape) => Create(shape);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator TensorShape(ReadOnlySpan<int> shape) => Create(shape);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator TensorShape(long[] shape) => FromAny<long>(shape);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator TensorShape(ReadOnlySpan<long> shape) => FromAny(shape);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator TensorShape(nint[] shape) => FromAny<nint>(shape);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator TensorShape(ReadOnlySpan<nint> shape) => FromAny(shape);

    /// <summary>The sizes, not copied.</summary>
    public static implicit operator ReadOnlySpan<int>(TensorShape shape) => shape.AsSpan();

    /// <summary>Takes a shape of two dimensions apart: <c>var (samples, classes) = logits.Shape;</c></summary>
    /// <param name="size0">Receives the size of the first dimension.</param>
    /// <param name="size1">Receives the size of the second dimension.</param>
    /// <exception cref="InvalidOperationException">The shape has another number of dimensions.</exception>
    public void Deconstruct(out int size0, out int size1)
    {
        CheckRank(2);
        (size0, size1) = (this[0], this[1]);
    }

    /// <summary>Takes a shape of three dimensions apart.</summary>
    /// <param name="size0">Receives the size of the first dimension.</param>
    /// <param name="size1">Receives the size of the second dimension.</param>
    /// <param name="size2">Receives the size of the third dimension.</param>
    /// <inheritdoc cref="Deconstruct(out int, out int)" path="/exception"/>
    public void Deconstruct(out int size0, out int size1, out int size2)
    {
        CheckRank(3);
        (size0, size1, size2) = (this[0], this[1], this[2]);
    }

    /// <summary>Takes a shape of four dimensions apart: <c>var (n, c, h, w) = images.Shape;</c></summary>
    /// <param name="size0">Receives the size of the first dimension.</param>
    /// <param name="size1">Receives the size of the second dimension.</param>
    /// <param name="size2">Receives the size of the third dimension.</param>
    /// <param name="size3">Receives the size of the fourth dimension.</param>
    /// <inheritdoc cref="Deconstruct(out int, out int)" path="/exception"/>
    public void Deconstruct(out int size0, out int size1, out int size2, out int size3)
    {
        CheckRank(4);
        (size0, size1, size2, size3) = (this[0], this[1], this[2], this[3]);
    }

    /// <summary>Sizes that an int does not hold are refused as those that no tensor holds.</summary>
    private static TensorShape FromAny<TSize>(ReadOnlySpan<TSize> shape) where TSize : IBinaryInteger<TSize>
    {
        var sizes = new int[shape.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = int.CreateSaturating(shape[i]);
            if (TSize.CreateChecked(sizes[i]) != shape[i])
                throw new ArgumentException(
                    $"shape {Shape.Format(shape)} has a dimension of {shape[i]}; a tensor holds at most {Array.MaxLength} elements.",
                    nameof(shape));
        }
        return new(sizes);
    }

    private void CheckRank(int rank)
    {
        if (Rank != rank)
            throw new InvalidOperationException(
                $"the shape {this} has {Rank} dimension{(Rank == 1 ? "" : "s")} and cannot be taken apart into {rank} sizes.");
    }
}
