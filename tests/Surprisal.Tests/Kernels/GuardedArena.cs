using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Where the inputs, the outputs and the scratch memory of one call lie: each beside a guard of its own; and what came out.</summary>
internal sealed class GuardedArena : IDisposable
{
    private readonly GuardedMemory[] regions = [.. Enumerable.Range(0, 8).Select(static _ => new GuardedMemory(48 << 10))];
    private readonly GuardedScratch scratch = new();
    private readonly List<byte> answer = [];
    private delegate void Reader(List<byte> answer);
    private readonly List<Reader> outputs = [];
    private bool atEnd;
    private int offset, taken;

    /// <summary>Everything that the work answered and wrote, in order, with its spans <paramref name="offset"/> bytes from a guard.</summary>
    public unsafe byte[] Run(Action<GuardedArena, int> work, int length, bool atEnd, int offset)
    {
        (this.atEnd, this.offset, taken) = (atEnd, offset, 0);
        answer.Clear();
        outputs.Clear();
        (Scratch.Pool, scratch.AtEnd) = (scratch, atEnd);
        work(this, length);
        Scratch.Pool = null;
        if (scratch.Count() is var count && count != default)
            throw new InvalidOperationException($"scratch memory: {count.Overwritten} neighbours are overwritten, {count.Kept} areas not given back");
        foreach (var read in outputs) read(answer);
        for (var i = 0; i < taken; i++)
            if (!regions[i].Release()) throw new InvalidOperationException($"bytes beside span {i} are overwritten");
        return [.. answer];
    }

    /// <summary>Numbers in [-5, 5), or in [0, 1) where probabilities are asked for; the same in every run.</summary>
    public ReadOnlyTensorSpan<T> Read<T>(ReadOnlySpan<nint> shape, bool probabilities = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(Numbers<T>(Count(shape), probabilities), shape);

    public ReadOnlySpan<T> Numbers<T>(int count, bool probabilities = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = Take<T>(count);
        (probabilities ? Samples<T>.Probabilities : Samples<T>.Logits).AsSpan(taken, count).CopyTo(numbers);
        return numbers;
    }

    /// <summary>Class indices, every seventh -100 unless none is ignored; all where there are no classes.</summary>
    public ReadOnlyTensorSpan<TTarget> Targets<TTarget>(ReadOnlySpan<nint> shape, int classes, bool ignored = true)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var targets = Take<TTarget>(Count(shape));
        for (var i = 0; i < targets.Length; i++)
            targets[i] = TTarget.CreateTruncating(ignored && (i % 7 == 5 || classes == 0) ? -100 : 7919 * (i + 1) % classes);
        return new(targets, shape);
    }

    public TensorSpan<T> Write<T>(ReadOnlySpan<nint> shape) where T : unmanaged => new(Output<T>(Count(shape)), shape);

    public unsafe Span<T> Output<T>(int count) where T : unmanaged
    {
        var output = Take<T>(count);
        fixed (T* kept = output)
        {
            var (address, bytes) = ((nint)kept, count * sizeof(T));
            outputs.Add(answer => answer.AddRange(new ReadOnlySpan<byte>((void*)address, bytes)));
        }
        return output;
    }

    public void Answer(double value) => answer.AddRange(MemoryMarshal.AsBytes([value]));

    public void Dispose()
    {
        foreach (var region in regions) region.Dispose();
        scratch.Dispose();
    }

    private Span<T> Take<T>(int count) where T : unmanaged => regions[taken++].Place<T>(count, atEnd, offset);

    /// <summary>Random numbers of seed 5; each span of a call starts at another of them.</summary>
    private static class Samples<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static readonly T[] Logits = Draw(10, -5), Probabilities = Draw(1, 0);

        private static T[] Draw(double range, double low)
        {
            var random = new RandomStream(5);
            return [.. Enumerable.Range(0, 8192).Select(_ => T.CreateTruncating(low + range * random.Uniform()))];
        }
    }

    private static int Count(ReadOnlySpan<nint> shape)
    {
        nint count = 1;
        foreach (var size in shape) count *= size;
        return (int)count;
    }
}
