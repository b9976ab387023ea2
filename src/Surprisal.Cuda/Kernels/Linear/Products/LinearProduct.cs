namespace Surprisal.Cuda;

/// <summary>A product of linear cross-entropy, by what it makes.</summary>
internal enum LinearProduct
{
    /// <summary>Z = W X^T.</summary>
    Logits,

    /// <summary>The gradient of the rows, dX = dZ^T W.</summary>
    Hidden,

    /// <summary>The gradient of the weight, dW = dZ X.</summary>
    Weight,
}
