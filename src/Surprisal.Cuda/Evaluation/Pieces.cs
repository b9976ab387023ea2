namespace Surprisal.Cuda;

/// <summary>How many pieces of a size, the last maybe shorter, cover a length: the blocks of threads of a launch, or of numbers.</summary>
internal static class Pieces
{
    public static int Of(long length, int size) => checked((int)((length + size - 1) / size));
}
