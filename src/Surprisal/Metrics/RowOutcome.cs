namespace Surprisal.Metrics;

/// <summary>What became of a row; the first two are those that count.</summary>
public enum RowOutcome : byte
{
    /// <summary>It counts, and another class than its target was predicted.</summary>
    Wrong,

    /// <summary>It counts, and its target was predicted.</summary>
    Right,

    /// <summary>Its target is <see cref="MetricOptions.IgnoreIndex"/>.</summary>
    Ignored,

    /// <summary>Its weight is 0.</summary>
    ZeroWeight,

    /// <summary>Its scores make no probabilities: NaN, or of logits +infinity or nothing but -infinity.</summary>
    Invalid,
}
