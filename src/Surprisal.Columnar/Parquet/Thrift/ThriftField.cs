namespace Surprisal.Columnar;

/// <summary>What a field of a structure is.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Item">Where it is a list, the type of its items.</param>
/// <param name="Structure">The structure that it is, or that its items are; null where these are none.</param>
internal readonly record struct ThriftField(ThriftType Type, ThriftType Item, ThriftShape? Structure);
