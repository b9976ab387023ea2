namespace Surprisal;

/// <summary>The zeros around the images of a convolution: so many on each side, or as many as keep the size.</summary>
/// <remarks>A number is a padding, so <c>padding: 1</c> will do; the default is 0.</remarks>
/// <example><code>
/// var x = Tensor.Create&lt;float>([1, 2, 3], [1, 1, 1, 3]);
/// var weight = Tensor.Create&lt;float>([1, 10], [1, 1, 1, 2]);
/// Console.WriteLine(x.Conv2d(weight, padding: Padding.Same));     // tensor([[[[21., 32.,  3.]]]])
/// Console.WriteLine(x.Conv2d(weight, padding: 0).Shape);          // [1, 1, 1, 2]
/// </code></example>
public readonly record struct Padding
{
    /// <summary>
    /// What keeps the size at a stride of 1: dilation (kernel - 1) rows and columns, the half of them, rounded down, at the top and left.
    /// </summary>
    public static Padding Same { get; } = new() { IsSame = true };

    /// <summary>The rows and columns on each side; 0 for <see cref="Same"/>.</summary>
    public int Size { get; private init; }

    /// <summary>Whether this is <see cref="Same"/>.</summary>
    public bool IsSame { get; private init; }

    /// <summary>So many rows and columns on each side.</summary>
    /// <param name="padding">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public static implicit operator Padding(int padding) => padding >= 0
        ? new() { Size = padding }
        : throw new ArgumentOutOfRangeException(nameof(padding), $"padding is {padding}; it is 0 or more.");

    /// <summary>Returns the number, or <c>same</c>.</summary>
    public override string ToString() => IsSame ? "same" : $"{Size}";
}
