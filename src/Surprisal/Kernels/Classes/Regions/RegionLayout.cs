namespace Surprisal.Kernels;

/// <summary>
/// Where the logits of images of positions lie, and how they are cut into blocks, the unit of work for threads, and tiles, which stay in a
/// near cache.
/// </summary>
internal readonly record struct RegionLayout(int Images, int Positions, int Classes, int ImageStride, int ClassStride, int PositionStride)
{
    private const int BlockPositions = 4096, TileElements = 16_384;

    /// <summary>The positions of a tile, in whole lane blocks: 8 to 256.</summary>
    public int TileWidth =>
        Math.Clamp(TileElements / Math.Max(1, Classes) / Lanes<double>.Count, 1, 256 / Lanes<double>.Count) * Lanes<double>.Count;

    public int BlocksPerImage => Partition.Pieces(Positions, BlockPositions);

    /// <summary>The blocks of all images.</summary>
    public int Blocks => checked(Images * BlocksPerImage);

    /// <summary>The work of a block in elementary operations.</summary>
    public long Work => 8L * Math.Min(Positions, BlockPositions) * Classes;

    /// <summary>The image of a block, and its positions [first, end).</summary>
    public (int Image, int First, int End) Block(int block)
    {
        var first = block % BlocksPerImage * BlockPositions;
        return (block / BlocksPerImage, first, Math.Min(Positions, first + BlockPositions));
    }

    /// <summary>Where the logit of a class at a position lies.</summary>
    public int Offset(int image, int c, int position) => image * ImageStride + c * ClassStride + position * PositionStride;
}
