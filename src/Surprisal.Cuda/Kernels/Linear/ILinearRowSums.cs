namespace Surprisal.Cuda;

/// <summary>What tiles of classes tell of a row, added up in ascending order: operation for operation the library's, in double.</summary>
internal interface ILinearRowSums
{
    /// <summary>Goes on with what blocks of classes before have left.</summary>
    void Load(LinearRows rows, Whole<U32> row);

    /// <summary>Leaves it to the next block of classes.</summary>
    void Store(LinearRows rows, Whole<U32> row);

    /// <summary>Adds a tile, whose numbers are there.</summary>
    void Add(Whole<U64> tile);
}
