namespace Surprisal.Metrics;

/// <summary>What the loss does as a function of the temperature; tested in this order.</summary>
public enum TemperatureState
{
    /// <summary>There is no row to fit.</summary>
    Undefined,

    /// <summary>The logits of every row are equal: no temperature changes anything, and it stays 1.</summary>
    Flat,

    /// <summary>Every target has its row's largest logit: the loss falls towards temperature 0.</summary>
    Zero,

    /// <summary>The targets' logits are not above their rows' means: the loss falls towards an infinite temperature.</summary>
    Infinite,

    /// <summary>There is one minimum.</summary>
    Finite,
}
