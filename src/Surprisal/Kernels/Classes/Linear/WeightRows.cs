namespace Surprisal.Kernels;

/// <summary>
/// The weight W [classes, features] of linear cross-entropy as kernels read it: where it lies, or some classes of it copied.
/// </summary>
/// <param name="start">Where class 0 lies, or would lie if it had been copied too.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="pitch">From one class to the next.</param>
/// <param name="isCopy">Whether it is a copy, with memory behind the last class for a micro-kernel and whole lane blocks in a row.</param>
internal readonly unsafe struct WeightRows<T>(T* start, int classes, int pitch, bool isCopy) where T : unmanaged
{
    public readonly T* Start = start;
    public readonly int Pitch = pitch;

    /// <summary>The classes as rows of a product.</summary>
    public Operand<T> Rows => isCopy ? Operand<T>.Padded(Start, classes, Pitch) : Operand<T>.InPlace(Start, classes, Pitch, 1);

    /// <summary>Whether micro-kernels can read a matrix of this size where it lies, their tiles beginning early at its edges.</summary>
    public static bool FitsInPlace(int classes, int features) => classes >= MicroKernel.MR && features >= MicroKernel.MostNR<T>();
}
