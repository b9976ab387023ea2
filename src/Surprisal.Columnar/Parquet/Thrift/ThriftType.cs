namespace Surprisal.Columnar;

/// <summary>What a value of Thrift's compact protocol is, by the number before it.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    I8 = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Struct = 12,
}
