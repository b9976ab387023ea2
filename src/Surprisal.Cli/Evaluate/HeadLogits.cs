using System.Numerics;
using System.Runtime.InteropServices;
using Surprisal.Cli.Tables;

namespace Surprisal.Cli.Evaluate;

/// <summary>
/// The logits [N, C] of hidden states [N, H] through a linear layer, as an array of a file would be: rows are multiplied when they are
/// read, and none is in memory but those of the block.
/// </summary>
internal sealed class HeadLogits<T> : StoredArray where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StoredArray hidden;
    private readonly Tensor<T> head;
    private readonly Tensor<T>? bias;

    public HeadLogits(StoredArray hidden, Tensor<T> head, Tensor<T>? bias)
        : base(hidden.Name, StoredType.Of<T>(), [hidden.Shape[0], head.Shape[0]]) =>
        (this.hidden, this.head, this.bias) = (hidden, head, bias);

    /// <inheritdoc/>
    public override bool CanSeek => hidden.CanSeek;

    /// <inheritdoc/>
    public override void Verify() => hidden.Verify();

    /// <inheritdoc/>
    protected override void ReadElements(long first, Span<byte> elements)
    {
        var into = MemoryMarshal.Cast<byte, T>(elements);
        if (into.IsEmpty) return;
        var (classes, features) = (head.Shape[0], head.Shape[1]);
        var (row, end) = (first / classes, (first + into.Length + classes - 1) / classes);
        var rows = new T[checked((int)((end - row) * features))];
        hidden.Read(row * features, rows.AsSpan());
        using var scope = Tensor.NoGrad();
        Tensor.Create<T>(rows, [(int)(end - row), features]).Linear(head, bias)
            .AsReadOnlySpan().Slice((int)(first - row * classes), into.Length).CopyTo(into);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) hidden.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Opens hidden states with the head that makes logits of them.</summary>
internal static class HeadLogits
{
    /// <summary>The logits in double where hidden states or head are, else in float; closes the states with them.</summary>
    /// <param name="hidden">[N, H].</param>
    /// <param name="options">The files of the head.</param>
    /// <exception cref="InvalidDataException">Shapes or types that make no linear layer.</exception>
    public static StoredArray Open(StoredArray hidden, EvaluateOptions options)
    {
        using var head = TableFile.Open(options.Head!, options.Formats, new(TableRole.Classes));
        using var bias = options.HeadBias is null ? null : TableFile.Open(options.HeadBias, options.Formats, new(TableRole.Column));
        foreach (var array in (StoredArray?[])[hidden, head, bias])
            if (array is { Type.IsFloating: false })
                throw new InvalidDataException($"{array.Name} holds {array.Type}; a linear layer takes floating-point numbers.");
        if (head.Shape is not [>= 1, >= 1] || head.Length > int.MaxValue)
            throw new InvalidDataException($"{head.Name} has the shape {Format(head)}; a head is [classes, features], as a linear " +
                "layer's weight, and at most 2^31 - 1 numbers.");
        if (hidden.Shape is not [_, var features] || features != head.Shape[1])
            throw new InvalidDataException($"{hidden.Name} has the shape {Format(hidden)}, but {head.Name} has {Format(head)}: hidden " +
                $"states of the shape [N, {head.Shape[1]}] were expected.");
        if (bias is not null && bias.Length != head.Shape[0])
            throw new InvalidDataException($"{bias.Name} has the shape {Format(bias)}, but " +
                $"{head.Name} has {Counted.Of(head.Shape[0], "class", "classes")}; a " +
                "bias has one number for each.");
        return hidden.Type.Bits == 64 || head.Type.Bits == 64 || bias is { Type.Bits: 64 }
            ? Of<double>(hidden, head, bias) : Of<float>(hidden, head, bias);
    }

    private static HeadLogits<T> Of<T>(StoredArray hidden, StoredArray head, StoredArray? bias)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(hidden, Read<T>(head, [(int)head.Shape[0], (int)head.Shape[1]]), bias is null ? null : Read<T>(bias, [(int)bias.Length]));

    private static Tensor<T> Read<T>(StoredArray array, int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new T[array.Length];
        array.Read(0, numbers.AsSpan());
        array.Verify();
        return Tensor.Create<T>(numbers, shape);
    }

    private static string Format(StoredArray array) => $"[{string.Join(", ", array.Shape)}]";
}
