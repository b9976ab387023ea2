using System.Globalization;

namespace Surprisal.Columnar;

/// <summary>
/// What the structures of Parquet hold, field by field. The decoder goes by these types whatever the file says they are, and would read a
/// length where none is.
/// </summary>
internal sealed class ThriftShape
{
    /// <summary>The structures of parquet.thrift that files hold in their footers and page headers: name, then number:type of each field;
    /// [x] is a list, a name another structure, and - one without fields.</summary>
    private const string Structures = """
        FileMetaData 1:i32 2:[SchemaElement] 3:i64 4:[RowGroup] 5:[KeyValue] 6:bin 7:[ColumnOrder] 8:Encryption 9:bin
        SchemaElement 1:i32 2:i32 3:i32 4:bin 5:i32 6:i32 7:i32 8:i32 9:i32 10:LogicalType
        LogicalType 1:- 2:- 3:- 4:- 5:Decimal 6:- 7:Time 8:Time 10:Int 11:- 12:- 13:- 14:- 15:- 16:Variant 17:Geometry 18:Geography
        Decimal 1:i32 2:i32
        Time 1:bool 2:TimeUnit
        TimeUnit 1:- 2:- 3:-
        Int 1:i8 2:bool
        Variant 1:i8
        Geometry 1:bin
        Geography 1:bin 2:i32
        RowGroup 1:[ColumnChunk] 2:i64 3:i64 4:[SortingColumn] 5:i64 6:i64 7:i16
        ColumnChunk 1:bin 2:i64 3:ColumnMetaData 4:i64 5:i32 6:i64 7:i32 8:Crypto 9:bin
        Crypto 1:- 2:ColumnKey
        ColumnKey 1:[bin] 2:bin
        ColumnMetaData 1:i32 2:[i32] 3:[bin] 4:i32 5:i64 6:i64 7:i64 8:[KeyValue] 9:i64 10:i64 11:i64
        ColumnMetaData 12:Statistics 13:[EncodingStats] 14:i64 15:i32 16:SizeStatistics 17:Geospatial
        Statistics 1:bin 2:bin 3:i64 4:i64 5:bin 6:bin 7:bool 8:bool
        EncodingStats 1:i32 2:i32 3:i32
        SizeStatistics 1:i64 2:[i64] 3:[i64]
        Geospatial 1:Box 2:[i32]
        Box 1:double 2:double 3:double 4:double 5:double 6:double 7:double 8:double
        SortingColumn 1:i32 2:bool 3:bool
        KeyValue 1:bin 2:bin
        ColumnOrder 1:- 2:-
        Encryption 1:Aes 2:Aes
        Aes 1:bin 2:bin 3:bool
        PageHeader 1:i32 2:i32 3:i32 4:i32 5:DataPage 6:- 7:DictionaryPage 8:DataPageV2
        DataPage 1:i32 2:i32 3:i32 4:i32 5:Statistics
        DictionaryPage 1:i32 2:i32 3:bool
        DataPageV2 1:i32 2:i32 3:i32 4:i32 5:i32 6:i32 7:bool 8:Statistics
        -
        """;

    private static readonly Dictionary<string, ThriftShape> all = Parse();

    private readonly Dictionary<int, (ThriftType Type, ThriftType Item, string Name)> fields = [];

    /// <summary>The metadata at the end of a file.</summary>
    public static ThriftShape Footer => all["FileMetaData"];

    /// <summary>A column of the schema, or a group of them.</summary>
    public static ThriftShape SchemaElement => all["SchemaElement"];

    /// <summary>What stands before the data of a page.</summary>
    public static ThriftShape PageHeader => all["PageHeader"];

    /// <summary>A field by its number; null of an unknown one.</summary>
    public ThriftField? Find(int field) =>
        fields.TryGetValue(field, out var found) ? new(found.Type, found.Item, all.GetValueOrDefault(found.Name)) : null;

    private static Dictionary<string, ThriftShape> Parse()
    {
        var shapes = new Dictionary<string, ThriftShape>(StringComparer.Ordinal);
        foreach (var line in Structures.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (!shapes.TryGetValue(words[0], out var shape)) shapes.Add(words[0], shape = new ThriftShape());
            foreach (var (number, name) in words.Skip(1).Select(static word => (word.Split(':')[0], word.Split(':')[1])))
            {
                var isList = name.StartsWith('[');
                var item = isList ? name[1..^1] : name;
                shape.fields[int.Parse(number, CultureInfo.InvariantCulture)] =
                    (isList ? ThriftType.List : TypeOf(item), isList ? TypeOf(item) : ThriftType.Stop, item);
            }
        }
        return shapes;
    }

    private static ThriftType TypeOf(string name) => name switch
    {
        "bool" => ThriftType.True, "i8" => ThriftType.I8, "i16" => ThriftType.I16, "i32" => ThriftType.I32, "i64" => ThriftType.I64,
        "double" => ThriftType.Double, "bin" => ThriftType.Binary, _ => ThriftType.Struct,
    };
}
