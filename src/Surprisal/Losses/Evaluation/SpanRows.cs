namespace Surprisal;

/// <summary>What fits each other where losses are given plain spans, which have lengths and no shapes.</summary>
internal static class SpanRows
{
    /// <summary>The number of rows of so many classes that the logits are; one target each.</summary>
    public static int Count(int logits, int classes, int targets)
    {
        if (classes < 1) throw new ArgumentOutOfRangeException(nameof(classes), $"classes is {classes}; a row has at least 1 logit.");
        if (logits % classes != 0)
            throw new ArgumentException($"logits has {logits} elements, which is no whole number of rows of {classes} classes.",
                nameof(logits));
        var rows = logits / classes;
        return targets == rows ? rows : throw new ArgumentException(
            $"targets has {targets} elements, but the {logits} logits are {rows} rows of {classes} classes; each row needs one.",
            nameof(targets));
    }

    /// <summary>Refuses an optional span that is there and has another length.</summary>
    public static void CheckLength(int actual, int expected, string name, string like)
    {
        if (actual != 0 && actual != expected)
            throw new ArgumentException(
                $"{name} has {actual} elements, but it needs {expected}, as {like} says; none leaves it out.", name);
    }
}
