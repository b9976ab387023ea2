namespace Surprisal.Columnar;

/// <summary>What a message of Arrow IPC holds, by the number in it.</summary>
internal enum ArrowMessageKind
{
    Schema = 1,
    Dictionary = 2,
    Batch = 3,
}
