using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>What the kernels of an evaluation tell each other and the host: in global memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EvaluationState
{
    /// <summary>The first position whose target is no class; the largest number where there is none.</summary>
    public ulong FirstBad;

    /// <summary>How many targets are not ignored.</summary>
    public ulong Count;

    /// <summary>What a mean divides by.</summary>
    public double Divisor;

    /// <summary>The factor of every gradient.</summary>
    public double Scale;

    /// <summary>The sum of the losses.</summary>
    public double Sum;

    /// <summary>1 where nothing enters the mean.</summary>
    public ulong Empty;

    /// <summary>1 where nothing may be written: a target is no class, or the mean is empty and that is an error.</summary>
    public ulong Stop;

    /// <summary>
    /// Of weights that are not 0: the least power of two that one of them is a multiple of, as an exponent; 0 where one is no ordinary
    /// number, all ones where there is none.
    /// </summary>
    public ulong LowestBit;

    /// <summary>How far the largest of them is below infinity, in powers of two; all ones where there is none.</summary>
    public ulong Headroom;

    /// <summary>Bytes.</summary>
    public const int Size = 72;

    /// <summary>Where the fields are, for the kernels.</summary>
    public static int Offset(string field) => (int)Marshal.OffsetOf<EvaluationState>(field);
}
