using System.Runtime.InteropServices;

namespace Surprisal.Training;

/// <summary>
/// A long sequence of tokens as samples for a language model: windows of so many tokens, whose targets are the tokens that follow each.
/// </summary>
/// <remarks>
/// <para>To train on: floor((n - 1) / context) windows side by side, inputs [i context, (i + 1) context) and targets one later; what is
/// left
/// at the end is no window. An epoch has every window once.</para>
/// <para>To evaluate with (a stride): every token but the first is a target exactly once, with at least context - stride tokens before it
/// where there are so many; the other targets of a window are -100.</para>
/// </remarks>
/// <example><code>
/// var windows = new TokenWindows([0, 1, 2, 3, 4, 5, 6], context: 3, ["a", "b", "c", "d", "e", "f", "g"]);
/// var (inputs, targets) = Batch.Collate(windows, [1]);
/// Console.WriteLine($"{windows.Count}, {inputs}, {targets}");     // 2, tensor([[3., 4., 5.]]), tensor([[4, 5, 6]])
/// </code></example>
public sealed class TokenWindows : Dataset
{
    /// <summary>What a target is where a window has a token that another one counts.</summary>
    private const long NotCounted = -100;

    private readonly long[] tokens;
    private readonly int[] starts;
    private readonly int context;
    private readonly int? stride;

    /// <summary>The windows of a sequence.</summary>
    /// <param name="tokens">The sequence: each from 0 to the number of names - 1; at least one more than <paramref
    /// name="context"/>.</param>
    /// <param name="context">The tokens of a window; at least 1.</param>
    /// <param name="names">What each token is, in words: the classes.</param>
    /// <param name="stride">How many targets of a window count, but for the first's; from 1 to <paramref name="context"/>. Default null:
    /// windows to train on.</param>
    /// <exception cref="ArgumentException">Too few tokens for one window.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No context, a stride outside it, or a token that has no name; the message gives its
    /// position.</exception>
    public TokenWindows(IReadOnlyList<long> tokens, int context, IReadOnlyList<string> names, int? stride = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(names);
        if (context < 1) throw new ArgumentOutOfRangeException(nameof(context), $"context is {context}; a window has at least 1 token.");
        if (stride is < 1 || stride > context)
            throw new ArgumentOutOfRangeException(nameof(stride), $"stride is {stride}; it is 1 to the context, {context}.");
        if (tokens.Count - 1 < context)
            throw new ArgumentException(
                $"there are {tokens.Count} tokens; a window of {context} needs {context + 1L}, one more as the last target.",
                    nameof(tokens));
        (this.tokens, this.context, this.stride, ClassNames) = ([.. tokens], context, stride, names);
        for (var i = 0; i < this.tokens.Length; i++)
            if ((ulong)this.tokens[i] >= (ulong)names.Count)
                throw new ArgumentOutOfRangeException(nameof(tokens),
                    $"the token at position {i} is {this.tokens[i]}; there are names for 0..{names.Count - 1}.");
        starts = Starts(this.tokens.Length - 1, context, stride);
    }

    /// <summary>The number of windows.</summary>
    public override int Count => starts.Length;

    /// <summary>The tokens of a window: [context].</summary>
    public override TensorShape SampleShape => [context];

    /// <summary>A target for each of them.</summary>
    public override TensorShape TargetShape => [context];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public override string Preparation => stride is { } given ? $"windows of {context} tokens, {given} apart"
        : $"windows of {context} tokens";

    /// <summary>How many targets all windows have that count.</summary>
    public long TargetCount => stride is null ? (long)starts.Length * context : tokens.Length - 1;

    /// <inheritdoc/>
    public override IReadOnlyList<DataSource> Sources() => [DataSource.FromBytes("tokens", MemoryMarshal.AsBytes(tokens.AsSpan()))];

    /// <summary>The first target of a window that counts.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public override long Target(int index) => tokens[Math.Max(starts[index], Counted(index)) + 1];

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<long> target)
    {
        tokens.AsSpan(starts[index] + 1, context).CopyTo(target);
        target[..(Counted(index) - starts[index])].Fill(NotCounted);
    }

    /// <inheritdoc/>
    public override void Read(int index, Span<float> sample)
    {
        for (var i = 0; i < context; i++) sample[i] = tokens[starts[index] + i];
    }

    /// <summary>The input of the first target that no window before counts.</summary>
    private int Counted(int index) => stride is null || index == 0 ? starts[index] : starts[index - 1] + context;

    private static int[] Starts(int targets, int context, int? stride)
    {
        if (stride is not { } step) return [.. Enumerable.Range(0, targets / context).Select(i => i * context)];
        var count = 1 + (targets - context + step - 1) / step;
        return [.. Enumerable.Range(0, count).Select(i => (int)Math.Min((long)i * step, targets - context))]; // the last ends at the end
    }
}
