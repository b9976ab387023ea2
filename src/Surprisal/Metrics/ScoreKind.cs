namespace Surprisal.Metrics;

/// <summary>What the scores are. Nothing guesses it from their values.</summary>
public enum ScoreKind
{
    /// <summary>Numbers before softmax, or before the logistic function where a row has one column.</summary>
    Logits,

    /// <summary>Probabilities, used as they are given: nothing divides them by their sum.</summary>
    Probabilities,

    /// <summary>Natural logarithms of probabilities.</summary>
    LogProbabilities,
}
