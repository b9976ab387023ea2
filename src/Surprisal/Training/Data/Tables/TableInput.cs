namespace Surprisal.Training;

/// <summary>What a column of a table becomes: one number that is standardized, or one input for each of its texts.</summary>
/// <example><c>new TableInput { Name = "age", Mean = 40, Deviation = 12 }</c></example>
public sealed record TableInput
{
    /// <summary>What the header calls the column.</summary>
    public required string Name { get; init; }

    /// <summary>The texts that are an input each, which is 1 where the cell holds it and else 0; default null: the column is one of
    /// numbers.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>The place of the column, from 1 on, in a header that calls several columns so: where another header does too, the one at
    /// this place is meant. Default null: no other column had its name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? Place
    {
        get;
        init => field = value is null or >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Place), $"Place is {value}; columns are counted from 1.");
    }

    /// <summary>What is subtracted from a number; default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public double Mean
    {
        get;
        init => field = double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(Mean), $"Mean is {value}; it must be finite.");
    }

    /// <summary>What the difference is divided by; default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite or not positive.</exception>
    public double Deviation
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(Deviation), $"Deviation is {value}; it must be finite and greater than 0.");
    } = 1;

    internal int Count => Texts?.Count ?? 1;

    internal IEnumerable<string> Names => Texts?.Select(text => $"{Name}={text}") ?? [Name];

    /// <summary>From the rows to train on: mean and deviation (0 becomes 1), or the texts in ordinal order.</summary>
    internal static TableInput Of(TableColumn column, IReadOnlyList<int> rows)
    {
        if (column.IsCategory)
            return new TableInput
            {
                Name = column.Name, Place = column.Place,
                Texts =
                [
                    .. rows.Select(row => column.Texts[(int)column[row]]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                ],
            };
        var (sum, squares) = (0.0, 0.0);
        // Scaled, so that squares of numbers near the largest stay finite.
        var scale = rows.Max(row => Math.Abs(column[row]));
        if (scale == 0) scale = 1;
        foreach (var row in rows) sum += column[row] / scale;
        var mean = sum / rows.Count;
        foreach (var row in rows) squares += (column[row] / scale - mean) * (column[row] / scale - mean);
        var deviation = Math.Sqrt(squares / rows.Count) * scale;
        var isConstant = rows.All(row => column[row] == column[rows[0]]);
        return new TableInput
        {
            Name = column.Name, Place = column.Place, Mean = isConstant ? column[rows[0]] : mean * scale,
            Deviation = isConstant || !(deviation > 0) ? 1 : deviation,
        };
    }

    /// <summary>Writes the inputs of a row of a column like the one that this was made of; texts that were not there are zeros.</summary>
    internal void Write(TableColumn column, int row, Span<float> inputs)
    {
        if (Texts is null)
        {
            var difference = column[row] - Mean;
            inputs[0] = (float)(double.IsFinite(difference) ? difference / Deviation : column[row] / Deviation - Mean / Deviation);
        }
        else
        {
            inputs.Clear();
            var text = column.Texts[(int)column[row]];
            for (var i = 0; i < Texts.Count; i++)
                if (Texts[i] == text) inputs[i] = 1;
        }
    }

    /// <summary>For checkpoints.</summary>
    public override string ToString() => Texts is null
        ? $"{Name}: (number - {TableColumn.Written(Mean)}) / {TableColumn.Written(Deviation)}"
        : $"{Name}: one of {string.Join(", ", Texts)}";
}
