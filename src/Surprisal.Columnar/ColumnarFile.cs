namespace Surprisal.Columnar;

/// <summary>A file of columns: Arrow IPC as a file or a stream, or Parquet. The first bytes decide, never the name.</summary>
/// <remarks>
/// <para>A column of numbers is an array [N]; a column of lists, all of one length, is [N, C]; so are columns of one type whose names are
/// NAME_0, NAME_1, ..., under the name NAME, in the order of their numbers. Types are float16, float32, float64, every integer and bool. A
/// column of text is an array of class numbers where the names of the classes are given. Null, in a row or in a list, is an error that
/// names the row: never 0, never NaN.</para>
/// <para>Rows come in groups (Arrow's batches, Parquet's row groups), and one group at a time is in memory. A file is only given to its
/// decoder after its lengths have been compared with the bytes that are there.</para>
/// </remarks>
public abstract class ColumnarFile : IDisposable
{
    /// <summary>How many bytes a group of rows may take unless another number is said: 1 GB.</summary>
    public const long DefaultMemory = 1_000_000_000;

    private readonly FileBytes file;
    private readonly Lazy<IReadOnlyList<StoredEntry>> entries;
    private ColumnSet? columns;
    private long[] starts = [];

    private protected ColumnarFile(FileBytes file, long memory)
    {
        (this.file, Memory) = (file, memory);
        entries = new(() => [.. columns!.Choices.Select(Describe)]);
    }

    /// <summary>The file as it was given.</summary>
    public string Path => file.Path;

    /// <summary>How many rows there are.</summary>
    public long Rows => starts[^1];

    /// <summary>What can be opened, in the order of the file, columns NAME_0, NAME_1, ... as one; what cannot be says why.</summary>
    public IReadOnlyList<StoredEntry> Entries => entries.Value;

    internal FileBytes File => file;

    /// <summary>Held by who decodes: arrays of one file share its decoder.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>How many bytes a group of rows may take.</summary>
    internal long Memory { get; }

    /// <summary>Where each group begins, and where the last one ends.</summary>
    internal ReadOnlySpan<long> Starts => starts;

    /// <summary>Opens a file and reads what it says of its columns and groups.</summary>
    /// <param name="path">The file.</param>
    /// <param name="memory">How many bytes a group of rows may take, decoded; a file with a larger one is refused. 1 GB by default.</param>
    /// <exception cref="InvalidDataException">It is no such file, or a damaged, encrypted or truncated one, or a group is too
    /// large.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="memory"/> is not above 0.</exception>
    public static ColumnarFile Open(string path, long memory = DefaultMemory)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memory);
        var file = FileBytes.Open(path);
        try
        {
            if (file.Start.AsSpan().StartsWith("PAR"u8)) return ParquetFile.Open(file, memory);
            return IsOne(file.Start) ? ArrowFile.Open(file, memory) : throw file.Foreign();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens one array, and with it the file, which is closed when the array is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The column, or NAME for NAME_0, NAME_1, ...; null for the only one that there is.</param>
    /// <param name="classNames">The names of the classes, in their order, so that a column of text becomes class numbers; null if there is
    /// none.</param>
    /// <param name="memory">How many bytes a group of rows may take, decoded. 1 GB by default.</param>
    /// <exception cref="InvalidDataException">It is no such file, has no such column, or a group is too large.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static StoredArray OpenArray(string path, string? name, IReadOnlyList<string>? classNames = null, long memory = DefaultMemory)
    {
        var file = Open(path, memory);
        try
        {
            return file.Array(name, classNames, owner: file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file with these first bytes is one of these, or wants to be: 64 of them, or as many as there are.</summary>
    /// <param name="start">The first bytes.</param>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        FileSignature.ColumnarKind(start) is not null || ArrowMessages.IsOldStream(start);

    /// <summary>Opens one array, which is read as long as this file is open.</summary>
    /// <param name="name">The column, or NAME for NAME_0, NAME_1, ...; null for the only one that there is.</param>
    /// <param name="classNames">The names of the classes, in their order, so that a column of text becomes class numbers; null if there is
    /// none.</param>
    /// <exception cref="InvalidDataException">There is no such column, or it is none of numbers or lists, or one of text without
    /// <paramref name="classNames"/>; or the beginning of the rows is damaged.</exception>
    public StoredArray OpenArray(string? name = null, IReadOnlyList<string>? classNames = null) => Array(name, classNames, owner: null);

    /// <summary>Closes the file, and with it the arrays that were opened from it.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>How long the lists of a column are, by its schema or its first row; 0 where it has no rows.</summary>
    internal abstract long ListSize(Column column);

    /// <summary>The numbers of the rows of one group.</summary>
    /// <param name="group">Which one.</param>
    /// <param name="choice">The columns.</param>
    /// <param name="array">Whose rows these are.</param>
    /// <param name="spare">The numbers of another group, which are not needed any more; their memory may be used again.</param>
    internal abstract NumberBuffer Decode(int group, ColumnChoice choice, GroupedArray array, NumberBuffer? spare);

    /// <summary>Closes what the file holds.</summary>
    /// <param name="disposing">True from Dispose, false from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
    }

    /// <summary>Says what was found: the columns, and how many rows each group has.</summary>
    private protected void Found(IReadOnlyList<Column> found, IReadOnlyList<long> rows)
    {
        columns = new ColumnSet(Path, found);
        starts = new long[rows.Count + 1];
        for (var i = 0; i < rows.Count; i++) starts[i + 1] = checked(starts[i] + rows[i]);
    }

    private GroupedArray Array(string? name, IReadOnlyList<string>? classNames, IDisposable? owner)
    {
        var choice = columns!.Choose(name, classNames is not null);
        long[] shape = choice.IsPrefix ? [Rows, choice.Columns.Count]
            : choice.First.Kind == ColumnKind.Lists ? [Rows, LockedListSize(choice.First)] : [Rows];
        if (shape is [var rows, var width] && (Int128)rows * width > long.MaxValue)
            throw new InvalidDataException(
                $"{Path}:{OneLine.Short(choice.Name)} has lists of {width} numbers in {rows} rows: it is damaged.");
        var classes = choice.First.Kind == ColumnKind.Text ? new ClassNumbers(classNames!) : null;
        return new GroupedArray(this, choice, shape, classes, owner);
    }

    private long LockedListSize(Column column)
    {
        lock (Gate) return ListSize(column);
    }

    private StoredEntry Describe(ColumnChoice choice)
    {
        try
        {
            using var array = Array(choice.Name, null, owner: null);
            return new StoredEntry { Name = choice.Name, Type = array.Type, Shape = array.Shape };
        }
        catch (InvalidDataException error)
        {
            return new StoredEntry { Name = choice.Name, Refusal = error.Message };
        }
    }
}
