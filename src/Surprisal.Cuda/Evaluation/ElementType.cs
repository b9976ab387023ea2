namespace Surprisal.Cuda;

/// <summary>An element type at run time: its size, what it is computed in, and its kernels.</summary>
/// <param name="Size">Bytes of an element.</param>
/// <param name="Lanes">Of the library's block: 16 of floats, 8 of doubles.</param>
/// <param name="Index">In lists of modules.</param>
internal readonly record struct ElementType(int Size, int Lanes, int Index)
{
    public bool IsDouble => Lanes == 8;

    /// <summary>What elements of a type are computed in: float or double.</summary>
    public static ElementType WideOf(ElementType type) => type.IsDouble ? Of<double>() : Of<float>();

    /// <exception cref="ArgumentException">A type that kernels do not know.</exception>
    public static ElementType Of<T>(string name = "logits") where T : unmanaged =>
        typeof(T) == typeof(float) ? new(4, 16, 0) : typeof(T) == typeof(double) ? new(8, 8, 1) : typeof(T) == typeof(Half) ? new(2, 16, 2)
        : typeof(T) == typeof(BFloat16) ? new(2, 16, 3)
        : throw new ArgumentException($"{name} are {typeof(T).Name}; a GPU computes float, double, Half and BFloat16.", name);
}
