namespace Surprisal.Cli.Loss;

/// <summary>Weights as a user gives them: 1,2,5 on the command line, or an array in a file.</summary>
/// <param name="Values">In C order.</param>
/// <param name="Shape">Of the file's array; one dimension for a list.</param>
/// <param name="Name">What messages call them.</param>
internal sealed record GivenWeights(double[] Values, int[] Shape, string Name)
{
    /// <summary>The numbers of a list; null where the text is none.</summary>
    public static GivenWeights? Parse(string text)
    {
        var words = text.Split(',');
        var values = new double[words.Length];
        for (var i = 0; i < words.Length; i++)
            if (!Numeral.TryNumber(words[i], out values[i])) return null;
        return new(values, [values.Length], text);
    }

    /// <summary>The numbers of a file; integers are numbers too.</summary>
    /// <exception cref="InvalidDataException">The file is none, or damaged.</exception>
    public static GivenWeights Read(string fileAndName)
    {
        using var array = ArrayFile.Open(fileAndName);
        return new(WholeArray.Read<double>(array), [.. array.Shape.Select(static size => (int)size)], array.Name);
    }

    /// <summary>One weight a class.</summary>
    /// <exception cref="InvalidDataException">They are not in one dimension.</exception>
    public ClassWeights ToClasses() => Shape.Length == 1 ? ClassWeights.Create(Values)
        : throw new InvalidDataException($"{Name} has the shape [{string.Join(", ", Shape)}]; one weight a class was expected, [C].");

    /// <summary>Weights that broadcast to the scores.</summary>
    public ElementWeights ToElements() => ElementWeights.Create(Values, TensorShape.Create(Shape));
}
