namespace Surprisal.Cli;

/// <summary>Guesses what a misspelt word was meant to be; the words of other programs lead to ours.</summary>
internal static class DidYouMean
{
    /// <summary>What torchvision, timm, ultralytics, Lightning, Keras and mlnet call it.</summary>
    private static readonly Dictionary<string, string> others = new(StringComparer.Ordinal)
    {
        ["learning-rate"] = "lr", ["lr0"] = "lr", ["rate"] = "lr", ["eta"] = "lr", ["base-lr"] = "lr",
        ["batch"] = "batch-size", ["b"] = "batch-size", ["bs"] = "batch-size", ["train-batch-size"] = "batch-size",
        ["per-device-train-batch-size"] = "batch-size",
        ["arch"] = "model", ["a"] = "model", ["net"] = "model", ["network"] = "model", ["architecture"] = "model",
        ["data-dir"] = "data", ["data-path"] = "data", ["dataset"] = "data", ["dataset-dir"] = "data", ["train-dir"] = "data",
        ["d"] = "data",
        ["image-dir"] = "images", ["image-folder"] = "images", ["img-dir"] = "images", ["pictures"] = "images",
        ["imgsz"] = "size", ["img"] = "size", ["img-size"] = "size", ["image-size"] = "size", ["input-size"] = "size",
        ["train-crop-size"] = "size", ["resize"] = "size",
        ["gray"] = "grey", ["grayscale"] = "grey", ["greyscale"] = "grey",
        ["max-epochs"] = "epochs", ["num-epochs"] = "epochs", ["num-train-epochs"] = "epochs", ["n-epochs"] = "epochs", ["e"] = "epochs",
        ["opt"] = "optimizer", ["optim"] = "optimizer", ["solver"] = "optimizer",
        ["sched"] = "schedule", ["scheduler"] = "schedule", ["lr-scheduler"] = "schedule", ["lr-schedule"] = "schedule",
        ["cos-lr"] = "schedule", ["lr-policy"] = "schedule",
        ["random-seed"] = "seed", ["manual-seed"] = "seed", ["s"] = "seed",
        ["output"] = "out", ["o"] = "out", ["output-dir"] = "out", ["out-dir"] = "out", ["log-dir"] = "out", ["save-dir"] = "out",
        ["project"] = "out", ["name"] = "out", ["default-root-dir"] = "out",
        ["checkpoint"] = "resume", ["ckpt-path"] = "resume", ["resume-from-checkpoint"] = "resume", ["continue"] = "resume",
        ["workers"] = "threads", ["j"] = "threads", ["num-threads"] = "threads", ["num-workers"] = "threads", ["jobs"] = "threads",
        ["filter"] = "only", ["repeat"] = "rounds", ["iterations"] = "rounds",
        ["fit"] = "train", ["learn"] = "train", ["perf"] = "bench",
        ["momentum"] = "sgd", ["cos"] = "cosine", ["steplr"] = "step", ["multistep"] = "step", ["none"] = "constant",
        ["fixed"] = "constant",
        ["ce"] = "cross-entropy", ["log-loss"] = "cross-entropy", ["softmax-cross-entropy"] = "cross-entropy",
        ["binary-cross-entropy"] = "bce", ["binary-cross-entropy-with-logits"] = "bce-with-logits",
        ["bcewithlogitsloss"] = "bce-with-logits",
        ["sigmoid-focal-loss"] = "focal", ["kl"] = "kl-div", ["kldivloss"] = "kl-div", ["l2"] = "mse", ["mae"] = "l1", ["l1-loss"] = "l1",
        ["labels"] = "targets", ["y"] = "targets", ["sample-weight"] = "sample-weights", ["class-weight"] = "weight",
        ["perceptron"] = "mlp", ["cnn"] = "lenet", ["logistic"] = "linear",
    };

    /// <summary>The end of a complaint: a guess, or only the full stop.</summary>
    public static string Suffix(string word, IEnumerable<string> known) =>
        Guess(word, known) is { } guess ? $"; did you mean '{guess}'?" : ".";

    /// <summary>The known word that is nearest to what was written; null where none is near.</summary>
    public static string? Guess(string word, IEnumerable<string> known)
    {
        var written = Plain(word);
        if (written.Length == 0) return null;
        var candidates = known.Select(static name => (Name: name, Plain: Plain(name))).ToList();
        if (Find(written) is { } same) return same;
        if (others.TryGetValue(written, out var ours) && Find(ours) is { } other) return other;
        var (name, distance) = candidates.Select(candidate => (candidate.Name, Distance: Distance(written, candidate.Plain)))
            .OrderBy(static near => near.Distance).ThenByDescending(near => Plain(near.Name).AsSpan().CommonPrefixLength(written))
            .FirstOrDefault(("", int.MaxValue));
        if (distance <= Math.Max(1, Math.Min(written.Length, Plain(name).Length) / 3)) return name;
        return written.Length < 3 ? null : candidates.Find(candidate => candidate.Plain.Length >= 3
            && (candidate.Plain.StartsWith(written, StringComparison.Ordinal)
                || written.StartsWith(candidate.Plain, StringComparison.Ordinal))).Name;

        string? Find(string plain) => candidates.Find(candidate => candidate.Plain == plain).Name;
    }

    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours between two words (Damerau and Levenshtein, each place changed once).
    /// </summary>
    public static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0) { cost[i, j] = i + j; continue; }
                var replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        return cost[a.Length, b.Length];
    }

    private static string Plain(string word) => word.TrimStart('-', '/').Replace('_', '-').ToLowerInvariant();
}
