namespace Surprisal.Training;

/// <summary>The rows of a table in text (CSV): numbers standardized, texts as one input each, one column of classes.</summary>
/// <remarks>
/// <para>The first line is the header, and says what separates the cells: commas, semicolons, tabs or bars. The text is UTF-8; quotes are
/// those of RFC 4180. A column whose first row is no number is one of texts. Numbers have a decimal point: 1,5 is refused, and so are
/// missing values (empty, NA, null, None) and columns that share a name, each with its line and column. A first column without a name that
/// counts 0, 1, ... is pandas' index and no input; nor is, in a split, a column that is the same in every row to train on.</para>
/// <para>Classes are the labels: in the order of their numbers where all are whole (1.0 is 1), else in ordinal order. Mean, deviation and
/// texts are those of the part to train on; a text that is not there is 0 in all inputs of its column.</para>
/// </remarks>
/// <example><code>
/// var path = System.IO.Path.GetTempFileName();
/// System.IO.File.WriteAllText(path, "length,colour,kind\n1,red,a\n2,blue,b\n3,red,a\n6,red,b\n");
/// var data = TableDataset.Load(path, new TableOptions { Target = "kind" });
/// System.IO.File.Delete(path);
/// Console.WriteLine($"{data}: {string.Join(", ", data.Inputs)}");
/// // TableDataset(4 samples of [3] in 2 classes): length, colour=blue, colour=red
/// </code></example>
public sealed class TableDataset : Dataset
{
    private readonly TableOptions options;
    private readonly DataSource source;
    private readonly TableInput[] inputs;
    private readonly string[] classNames;
    private readonly long[] targets;
    private readonly float[] numbers;

    private TableDataset(TableContent table, TableOptions options, TableInput[] inputs, string[] classNames)
    {
        (this.options, this.inputs, this.classNames) = (options, inputs, classNames);
        source = table.ReadSource();
        targets = TableClasses.Targets(table, classNames);
        Inputs = [.. inputs.SelectMany(static input => input.Names)];
        numbers = Numbers(table, inputs);
    }

    /// <summary>What each column that is an input becomes: with it other files are read by <see cref="LoadInputs(string,
    /// IReadOnlyList{TableInput})"/>.</summary>
    public IReadOnlyList<TableInput> Columns => inputs;

    /// <summary>What each number of a sample is: the name of a column, or column=text.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <inheritdoc/>
    public override int Count => targets.Length;

    /// <summary>The number of inputs.</summary>
    public override TensorShape SampleShape => [Inputs.Count];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => classNames;

    /// <summary>What each column becomes, a line each.</summary>
    public override string Preparation => string.Join('\n', inputs.Select(static input => $"{input}"));

    /// <summary>All rows, with means, deviations and texts of them all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What its columns are; the shares are not used.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such table; the message names the line and the column.</exception>
    public static TableDataset Load(string path, TableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var table = TableContent.Read(path, options);
        return Of(table, options, TableClasses.Names(table), [.. Enumerable.Range(0, table.Count)]);
    }

    /// <summary>The rows in a part to train on and a part to test on, and on request one to validate with, as
    /// <see cref="Dataset.Split(double, double, Seed)"/> does it; means, deviations and texts are those of the part to train on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What its columns are, and the shares.</param>
    /// <param name="seed">Decides the parts, with its next number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
    /// <inheritdoc cref="Load(string, TableOptions)" path="/exception"/>
    public static DatasetSplit LoadSplit(string path, TableOptions options, Seed seed) => LoadSplit(path, options, seed, out _);

    /// <summary>The same, and all rows as they were prepared for it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What its columns are, and the shares.</param>
    /// <param name="seed">Decides the parts, with its next number.</param>
    /// <param name="whole">Receives what the parts are parts of: its <see cref="Columns"/> read other files.</param>
    /// <inheritdoc cref="LoadSplit(string, TableOptions, Seed)" path="/exception"/>
    public static DatasetSplit LoadSplit(string path, TableOptions options, Seed seed, out TableDataset whole)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContentSplit.CheckShares(options.TestShare, options.ValidationShare);
        var key = Seed.Draw(seed);
        var table = TableContent.Read(path, options);
        var names = TableClasses.Names(table);
        var split = ContentSplit.Split(new TableRows(table, TableClasses.Targets(table, names), names), options.TestShare,
            options.ValidationShare, key);
        if (split.Test.Count == 0)
            throw new InvalidDataException($"{path}: no class has two different rows; one to train on and one to test on are needed.");
        var train = ((Subset)split.Train).Indices;
        var constant = table.Columns.Where(column => train.All(row => column[row] == column[train[0]])).ToHashSet();
        if (constant.Count < table.Columns.Count) table = table.Without(constant);
        var all = whole = Of(table, options, names, train);
        var unknown = table.Columns.Zip(whole.inputs).Where(static pair => pair.First.IsCategory)
            .SelectMany(static pair => pair.First.Texts.Except(pair.Second.Texts!, StringComparer.Ordinal)
                .Select(text => $"{pair.First.Name}={OneLine.Short(text)}")).ToList();
        string[] index = !table.HasIndex ? []
            : ["passed over the first column, which has no name and counts 0, 1, ... as an index of pandas does"];
        List<string> same = [.. constant.Select(static column => column.Name)];
        string[] useless = constant.Count == 0 ? [] : table.Columns.Exists(constant.Contains)
            ? ["every column is the same in every row to train on, so there is nothing to learn from"]
            : [$"the same in every row to train on, so no input: {ContentSplit.Listed(same)}"];
        string[] absent = unknown.Count > 0 ? [$"in no row to train on, so no inputs: {ContentSplit.Listed(unknown)}"] : [];
        return new DatasetSplit
        {
            Train = Part(split.Train)!, Test = Part(split.Test)!, Validation = Part(split.Validation),
            Notes = [.. index, .. split.Notes, .. useless, .. absent],
        };

        Dataset? Part(Dataset? rows) => rows is null ? null : all.Subset(((Subset)rows).Indices);
    }

    /// <summary>The rows of another file with the same columns, in whatever order, by the means, deviations, texts and classes of this
    /// one.</summary>
    /// <param name="path">The file; columns that this one has not are passed over.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such table, lacks a column, or has a class that this one has not.</exception>
    public TableDataset Load(string path) => new(TableContent.Read(path, options, inputs), options, inputs, classNames);

    /// <summary>The rows of a file by what another table's columns became: as a model takes them that learned from it.</summary>
    /// <param name="path">The file; columns that are not among those are passed over.</param>
    /// <param name="target">The column of the classes, see <see cref="TableOptions.Target"/>.</param>
    /// <param name="columns">The <see cref="Columns"/> of the table that was learned from; a text that is not among those of its column is
    /// 0 in all inputs of it.</param>
    /// <param name="classNames">Its <see cref="ClassNames"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such table, lacks a column, or has a class that is not among those.</exception>
    public static TableDataset Load(string path, string target, IReadOnlyList<TableInput> columns, IReadOnlyList<string> classNames)
    {
        Require(columns);
        ArgumentNullException.ThrowIfNull(classNames);
        var options = new TableOptions { Target = target };
        return new(TableContent.Read(path, options, columns), options, [.. columns], [.. classNames]);
    }

    /// <summary>The inputs of a file's rows, whose classes nobody knows: [rows, inputs]. A text that is not among those of its column is 0
    /// in all inputs of it, as in rows to validate or test with.</summary>
    /// <param name="path">The file; columns that are no inputs, such as one of classes, are passed over.</param>
    /// <param name="columns">What the columns become: the <see cref="Columns"/> of the table that a model learned from.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such table, or lacks a column; the message names the line and the
    /// column.</exception>
    /// <example><code>
    /// var path = System.IO.Path.GetTempFileName();
    /// System.IO.File.WriteAllText(path, "colour,length\nred,4\n");
    /// TableInput[] columns = [new() { Name = "length", Mean = 3, Deviation = 2 }, new() { Name = "colour", Texts = ["blue", "red"] }];
    /// Console.WriteLine(TableDataset.LoadInputs(path, columns));      // tensor([[0.5000, 0.0000, 1.0000]])
    /// System.IO.File.Delete(path);
    /// </code></example>
    public static Tensor<float> LoadInputs(string path, IReadOnlyList<TableInput> columns)
    {
        Require(columns);
        using var file = Utf8File.Open(path);
        return InputsOf(file, columns);
    }

    /// <summary>The same of a stream, such as the standard input, which is read into memory.</summary>
    /// <param name="stream">The text, from where it stands to its end.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="columns">What the columns become.</param>
    /// <inheritdoc cref="LoadInputs(string, IReadOnlyList{TableInput})" path="/exception"/>
    public static Tensor<float> LoadInputs(Stream stream, string name, IReadOnlyList<TableInput> columns)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Require(columns);
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        using var file = Utf8File.Open(copy, name);
        return InputsOf(file, columns);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<DataSource> Sources() => [source];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override long Target(int index) => targets[Checked(index)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    /// <exception cref="ArgumentException">The sample has not as many elements as there are inputs.</exception>
    public override void Read(int index, Span<float> sample)
    {
        if (sample.Length != Inputs.Count)
            throw new ArgumentException($"sample holds {sample.Length} numbers, but a row has {Inputs.Count} inputs.", nameof(sample));
        numbers.AsSpan(Checked(index) * Inputs.Count, Inputs.Count).CopyTo(sample);
    }

    internal override string Name(int index) => $"row {index + 1}";

    private static void Require(IReadOnlyList<TableInput> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0) throw new ArgumentException("columns is empty; at least one column is an input.", nameof(columns));
    }

    private static Tensor<float> InputsOf(Utf8File file, IReadOnlyList<TableInput> columns)
    {
        var table = TableContent.Read(file, columns);
        return Tensor.Create<float>(Numbers(table, columns), [table.Count, columns.Sum(static column => column.Count)]);
    }

    /// <summary>The inputs of all rows, one row after the other.</summary>
    private static float[] Numbers(TableContent table, IReadOnlyList<TableInput> inputs)
    {
        var width = inputs.Sum(static input => input.Count);
        if ((long)table.Count * width > Array.MaxLength)
            throw new InvalidDataException($"{table.Path}: {table.Count} rows of {width} inputs are more than the " +
                $"{Array.MaxLength} numbers that a dataset holds; ignore columns of many texts.");
        var numbers = new float[table.Count * width];
        for (var row = 0; row < table.Count; row++)
        {
            var left = numbers.AsSpan(row * width, width);
            for (var i = 0; i < inputs.Count; left = left[inputs[i++].Count..])
                inputs[i].Write(table.Columns[i], row, left[..inputs[i].Count]);
        }
        return numbers;
    }

    private static TableDataset Of(TableContent table, TableOptions options, string[] names, IReadOnlyList<int> train) =>
        new(table, options, [.. table.Columns.Select(column => TableInput.Of(column, train))], names);
}
