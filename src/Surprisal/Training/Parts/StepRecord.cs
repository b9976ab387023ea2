using System.Buffers.Binary;

namespace Surprisal.Training;

/// <summary>How a step went on one process: what all tell each other before they move the parameters.</summary>
/// <param name="Step">Steps begun in this process.</param>
/// <param name="WantsStop">Whether it was told to stop: all do, after this step.</param>
/// <param name="Computing">Without waiting.</param>
/// <param name="Waiting">For the others.</param>
/// <param name="Sent">Bytes to the others, those of this record not yet among them.</param>
/// <param name="Elapsed">Since this process began to train, reading and validation included: rank 0's is a clock for all.</param>
public sealed record StepRecord(long Step, bool WantsStop, TimeSpan Computing, TimeSpan Waiting, long Sent, TimeSpan Elapsed)
{
    private const int Bytes = 64;

    internal byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        long[] numbers = [Step, WantsStop ? 1 : 0, Computing.Ticks, Waiting.Ticks, Sent, Elapsed.Ticks];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        return bytes;
    }

    internal static IReadOnlyList<StepRecord> Read(byte[] bytes, int count) => [.. Enumerable.Range(0, count).Select(rank =>
    {
        long At(int i) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(rank * Bytes + 8 * i));
        return new StepRecord(At(0), At(1) != 0, new(At(2)), new(At(3)), At(4), new(At(5)));
    })];
}
