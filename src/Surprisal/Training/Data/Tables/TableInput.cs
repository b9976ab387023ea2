namespace Surprisal.Training;

/// <summary>What a column becomes: one number that is standardized, or one input for each of its texts.</summary>
internal sealed record TableInput(string Name, IReadOnlyList<string>? Texts, double Mean, double Deviation)
{
    public int Count => Texts?.Count ?? 1;

    public IEnumerable<string> Names => Texts?.Select(text => $"{Name}={text}") ?? [Name];

    /// <summary>From the rows to train on: mean and deviation (0 becomes 1), or the texts in ordinal order.</summary>
    public static TableInput Of(TableColumn column, IReadOnlyList<int> rows)
    {
        if (column.IsCategory)
            return new TableInput(column.Name,
            [
                .. rows.Select(row => column.Texts[(int)column[row]]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ], 0, 1);
        var (sum, squares) = (0.0, 0.0);
        // Scaled, so that squares of numbers near the largest stay finite.
        var scale = rows.Max(row => Math.Abs(column[row]));
        if (scale == 0) scale = 1;
        foreach (var row in rows) sum += column[row] / scale;
        var mean = sum / rows.Count;
        foreach (var row in rows) squares += (column[row] / scale - mean) * (column[row] / scale - mean);
        var deviation = Math.Sqrt(squares / rows.Count) * scale;
        var isConstant = rows.All(row => column[row] == column[rows[0]]);
        return new TableInput(column.Name, null, isConstant ? column[rows[0]] : mean * scale,
            isConstant || !(deviation > 0) ? 1 : deviation);
    }

    /// <summary>Writes the inputs of a row of a column like the one that this was made of; texts that were not there are zeros.</summary>
    public void Write(TableColumn column, int row, Span<float> inputs)
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
