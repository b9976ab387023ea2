namespace Surprisal;

/// <summary>How GELU computes the normal distribution function: PyTorch's <c>approximate</c>.</summary>
public enum GeluApproximation
{
    /// <summary>By the error function: exact.</summary>
    None,

    /// <summary>As (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, within 5e-4: what GPT-2 and many after it were trained with.</summary>
    Tanh,
}
