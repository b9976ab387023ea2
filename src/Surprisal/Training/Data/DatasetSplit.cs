namespace Surprisal.Training;

/// <summary>
/// A part to train on, a part to test on, and on request one to validate with; <c>var (train, test) = data.Split(0.2, random);</c> takes
/// the two.
/// </summary>
public sealed record DatasetSplit
{
    /// <summary>What to learn from.</summary>
    public required Dataset Train { get; init; }

    /// <summary>What to test with.</summary>
    public required Dataset Test { get; init; }

    /// <summary>What to look at after each epoch, so that the test part decides nothing; null where nobody asked for one.</summary>
    public Dataset? Validation { get; init; }

    /// <summary>
    /// What somebody who relies on the parts should know, a sentence each: files that were skipped, copies, one content under several
    /// labels, classes without a test sample.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The same with a part to validate with that is cut from the one to train on, class by class and by content: where files say
    /// what to test on, but no more.</summary>
    /// <param name="validationShare">The share of each class of the part to train on, between 0 and 1 (neither included).</param>
    /// <param name="seed">Decides the parts, with its next number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">There is a part to validate with.</exception>
    /// <example><c>var (train, validation, test) = IdxFolder.Load("mnist").WithValidation(0.1, new Seed(0));</c></example>
    public DatasetSplit WithValidation(double validationShare, Seed seed)
    {
        if (!(validationShare > 0 && validationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(validationShare),
                $"validationShare is {validationShare}; it must be greater than 0 and less than 1.");
        if (Validation is not null)
            throw new InvalidOperationException($"there is a part to validate with, of {Validation.Count} samples; none is cut off.");
        var cut = ContentSplit.Split(Train, 0, validationShare, Seed.Draw(seed));
        return this with { Train = cut.Train, Validation = cut.Validation, Notes = [.. Notes, .. cut.Notes] };
    }

    /// <summary>Every part with the mean and deviation of the part to train on: see <see cref="Normalization"/>.</summary>
    /// <inheritdoc cref="Normalization.Of" path="/exception"/>
    public DatasetSplit Normalized() => Normalized(Normalization.Of(Train));

    /// <summary>Every part with these means and deviations.</summary>
    /// <param name="normalization">One mean and deviation a channel.</param>
    /// <exception cref="ArgumentException">Samples have another number of channels.</exception>
    public DatasetSplit Normalized(Normalization normalization)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        return this with
        {
            Train = normalization.Apply(Train), Test = normalization.Apply(Test),
            Validation = Validation is null ? null : normalization.Apply(Validation),
        };
    }

    /// <summary>One line: 1438 samples to train on, 359 to test with.</summary>
    public override string ToString() => $"{Train.Count} samples to train on, "
        + (Validation is null ? "" : $"{Validation.Count} to validate with, ") + $"{Test.Count} to test with";

    /// <summary>Takes both parts.</summary>
    /// <param name="train">Receives <see cref="Train"/>.</param>
    /// <param name="test">Receives <see cref="Test"/>.</param>
    public void Deconstruct(out Dataset train, out Dataset test) => (train, test) = (Train, Test);

    /// <summary>Takes the three parts.</summary>
    /// <param name="train">Receives <see cref="Train"/>.</param>
    /// <param name="validation">Receives <see cref="Validation"/>.</param>
    /// <param name="test">Receives <see cref="Test"/>.</param>
    public void Deconstruct(out Dataset train, out Dataset? validation, out Dataset test) =>
        (train, validation, test) = (Train, Validation, Test);
}
