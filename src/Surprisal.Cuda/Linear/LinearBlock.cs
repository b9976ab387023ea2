namespace Surprisal.Cuda;

/// <summary>Logits that are in memory at once: which of the rows that count, and which classes.</summary>
/// <param name="FirstRow">Of those that count.</param>
/// <param name="Rows">At most so many: how many count only the device knows.</param>
/// <param name="FirstClass">The first class.</param>
/// <param name="Classes">How many.</param>
internal readonly record struct LinearBlock(int FirstRow, int Rows, int FirstClass, int Classes)
{
    public int Tiles => (Classes + LinearTiles.Classes - 1) / LinearTiles.Classes;
}
