namespace Surprisal.Cuda;

/// <summary>The value of a parameter: its bits, and how many bytes they are.</summary>
internal readonly record struct PtxArgument(ulong Bits, int Size)
{
    public static implicit operator PtxArgument(ulong value) => new(value, 8);

    public static implicit operator PtxArgument(long value) => new((ulong)value, 8);

    public static implicit operator PtxArgument(uint value) => new(value, 4);

    public static implicit operator PtxArgument(double value) => new(BitConverter.DoubleToUInt64Bits(value), 8);

    /// <exception cref="InvalidOperationException">Another number of arguments than the kernel has, or one of another size.</exception>
    public static void Check(PtxKernel kernel, ReadOnlySpan<PtxArgument> arguments)
    {
        if (arguments.Length != kernel.Parameters.Count)
            throw new InvalidOperationException($"{kernel.Name} takes {kernel.Parameters.Count} arguments, not {arguments.Length}.");
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i].Size != kernel.Parameters[i].Size)
                throw new InvalidOperationException(
                    $"{kernel.Name}: {kernel.Parameters[i].Name} has {kernel.Parameters[i].Size} bytes, not {arguments[i].Size}.");
    }
}
