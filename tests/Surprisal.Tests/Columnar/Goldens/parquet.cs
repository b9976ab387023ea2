#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property RestorePackagesWithLockFile=false
#:property TreatWarningsAsErrors=false
#:package ParquetSharp@25.0.1.2

// Writes parquet.json: files of Arrow's C++ library (Parquet C++ 25.0.1, by ParquetSharp 25.0.1.2), each as base64 by its name.
//     dotnet run parquet.cs
// Row i of 7 has the logits (7i + 3c) mod 16 / 4 - 2 for its 3 classes, exact in any type, and the label 5i mod 3.

using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

const int Rows = 7, Classes = 3;
var files = new SortedDictionary<string, string>(StringComparer.Ordinal);

float Logit(int row, int c) => (7 * row + 3 * c) % 16 / 4f - 2;
int Label(int row) => 5 * row % Classes;

Field Item(IArrowType type) => new("item", type, true);

IArrowArray Primitive<T, TArray, TBuilder>(PrimitiveArrayBuilder<T, TArray, TBuilder> builder, IEnumerable<T?> values)
    where T : struct
    where TArray : IArrowArray
    where TBuilder : PrimitiveArrayBuilder<T, TArray, TBuilder>
{
    foreach (var value in values)
        if (value is { } number) builder.Append(number);
        else builder.AppendNull();
    return builder.Build(default);
}

IEnumerable<T?> Logits<T>(Func<float, T> convert, int rows = Rows) where T : struct =>
    Enumerable.Range(0, rows * Classes).Select(i => (T?)convert(Logit(i / Classes, i % Classes)));

IArrowArray Lists(IArrowType item, IArrowArray values, int[] lengths, int nullRow = -1)
{
    int[] offsets = new int[lengths.Length + 1];
    for (var i = 0; i < lengths.Length; i++) offsets[i + 1] = offsets[i] + lengths[i];
    var bits = new ArrowBuffer.BitmapBuilder();
    for (var i = 0; i < lengths.Length; i++) bits.Append(i != nullRow);
    return new ListArray(new ListType(Item(item)), lengths.Length, new ArrowBuffer.Builder<int>().AppendRange(offsets).Build(), values,
        nullRow < 0 ? ArrowBuffer.Empty : bits.Build(), nullRow < 0 ? 0 : 1);
}

IArrowArray Large(IArrowType item, IArrowArray values) => new LargeListArray(new LargeListType(Item(item)), Rows,
    new ArrowBuffer.Builder<long>().AppendRange(Enumerable.Range(0, Rows + 1).Select(static i => (long)i * Classes)).Build(), values, ArrowBuffer.Empty, 0);

IArrowArray Fixed(IArrowType item, IArrowArray values) =>
    new FixedSizeListArray(new FixedSizeListType(Item(item), Classes), Rows, values, ArrowBuffer.Empty, 0);

IArrowArray Floats(int rows = Rows) => Primitive(new FloatArray.Builder(), Logits(static x => x, rows));
IArrowArray Doubles() => Primitive(new DoubleArray.Builder(), Logits(static x => (double)x));
int[] Repeat(int rows) => [.. Enumerable.Repeat(Classes, rows)];
IArrowArray Even() => Lists(FloatType.Default, Floats(), Repeat(Rows));
IArrowArray Labels() => Primitive(new Int64Array.Builder(), Enumerable.Range(0, Rows).Select(static row => (long?)(5 * row % Classes)));

IArrowArray Names()
{
    var builder = new StringArray.Builder();
    for (var row = 0; row < Rows; row++) builder.Append(new[] { "cat", "dog", "鱼" }[Label(row)]);
    return builder.Build();
}

IArrowArray Bits()
{
    var builder = new BooleanArray.Builder();
    for (var row = 0; row < Rows; row++) builder.Append(Label(row) > 0);
    return builder.Build();
}

IArrowArray Days()
{
    var builder = new Date32Array.Builder();
    for (var row = 0; row < Rows; row++) builder.Append(DateTime.UnixEpoch.AddDays(row));
    return builder.Build();
}

void Write(string name, Action<WriterPropertiesBuilder>? set, params (string Name, IArrowArray Array)[] columns)
{
    var builder = new WriterPropertiesBuilder().Compression(Compression.Uncompressed);
    set?.Invoke(builder);
    var schema = new Apache.Arrow.Schema(columns.Select(static column => new Field(column.Name, column.Array.Data.DataType, true)), null);
    using var stream = new MemoryStream();
    using (var writer = new FileWriter(stream, schema, builder.Build(), leaveOpen: true))
    {
        writer.WriteRecordBatch(new RecordBatch(schema, columns.Select(static column => column.Array), columns[0].Array.Length), chunkSize: 3);
        writer.Close();
    }
    files.Add(name, Convert.ToBase64String(stream.ToArray()));
}

int[] labels = [.. Enumerable.Range(0, Rows).Select(Label)];
Write("layouts", null,
    ("list", Even()),
    ("half", Lists(HalfFloatType.Default, Primitive(new HalfFloatArray.Builder(), Logits(static x => (Half)x)), Repeat(Rows))),
    ("large", Large(DoubleType.Default, Doubles())), ("fixed", Fixed(FloatType.Default, Floats())),
    ("x_1", Primitive(new FloatArray.Builder(), Enumerable.Range(0, Rows).Select(row => (float?)Logit(row, 1)))),
    ("x_0", Primitive(new FloatArray.Builder(), Enumerable.Range(0, Rows).Select(row => (float?)Logit(row, 0)))),
    ("x_2", Primitive(new FloatArray.Builder(), Enumerable.Range(0, Rows).Select(row => (float?)Logit(row, 2)))),
    ("day", Days()));
Write("labels", null, ("i8", Primitive(new Int8Array.Builder(), labels.Select(static x => (sbyte?)x))),
    ("i16", Primitive(new Int16Array.Builder(), labels.Select(static x => (short?)x))),
    ("i32", Primitive(new Int32Array.Builder(), labels.Select(static x => (int?)x))),
    ("i64", Labels()), ("u8", Primitive(new UInt8Array.Builder(), labels.Select(static x => (byte?)x))),
    ("u16", Primitive(new UInt16Array.Builder(), labels.Select(static x => (ushort?)x))),
    ("u32", Primitive(new UInt32Array.Builder(), labels.Select(static x => (uint?)x))),
    ("u64", Primitive(new UInt64Array.Builder(), labels.Select(static x => (ulong?)x))), ("bool", Bits()), ("text", Names()),
    ("halves", Primitive(new HalfFloatArray.Builder(), labels.Select(static x => (Half?)(Half)x))));
foreach (var codec in new[] { Compression.Snappy, Compression.Gzip, Compression.Brotli, Compression.Zstd, Compression.Lz4 })
    Write($"codec {codec}".ToLowerInvariant(), builder => builder.Compression(codec), ("z", Even()), ("y", Labels()), ("t", Names()));
Write("small pages, plain", static builder => builder.DataPagesize(16).WriteBatchSize(1).DisableDictionary(), ("z", Even()), ("y", Labels()), ("t", Names()));
Write("page index", static builder => builder.EnableWritePageIndex(), ("z", Even()), ("y", Labels()), ("t", Names()));
Write("checksums", static builder => builder.EnablePageChecksum().Compression(Compression.Snappy), ("z", Even()), ("y", Labels()), ("t", Names()));
Write("version 2", static builder => builder.DataPageVersion(ParquetDataPageVersion.V2).Compression(Compression.Zstd),
    ("z_0", Floats()), ("list", Lists(FloatType.Default, Floats(Rows * Classes), Repeat(Rows * Classes))),
    ("y", Primitive(new Int64Array.Builder(), Enumerable.Range(0, Rows * Classes).Select(static i => (long?)(i % 5)))));
Write("version 2, bits", static builder => builder.DataPageVersion(ParquetDataPageVersion.V2), ("y", Bits()));
Write("split", static builder => builder.DisableDictionary().Encoding(Encoding.ByteStreamSplit),
    ("z", Even()), ("d", Fixed(DoubleType.Default, Doubles())));
Write("delta", static builder => builder.DisableDictionary().Encoding(Encoding.DeltaBinaryPacked),
    ("i32", Primitive(new Int32Array.Builder(), labels.Select(static x => (int?)x))), ("y", Labels()));
foreach (var codec in (Compression[])[Compression.Snappy, Compression.Gzip, Compression.Brotli, Compression.Zstd, Compression.Lz4])
    foreach (var version in (ParquetDataPageVersion[])[ParquetDataPageVersion.V1, ParquetDataPageVersion.V2])
        Write($"delta, {codec.ToString().ToLowerInvariant()}, {version}",
            builder => builder.DisableDictionary().Encoding(Encoding.DeltaBinaryPacked).Compression(codec).DataPageVersion(version), ("y", Labels()));
Write("delta text", static builder => builder.DisableDictionary().Encoding(Encoding.DeltaByteArray), ("t", Names()));
Write("null row", null,
    ("z", Lists(FloatType.Default, Floats(), [3, 3, 3, 3, 3, 0, 3], nullRow: 5)),
    ("y", Primitive(new Int64Array.Builder(), labels.Select(static (x, i) => i == 4 ? null : (long?)x))));
Write("null item", null,
    ("z", Lists(FloatType.Default, Primitive(new FloatArray.Builder(), Logits(static x => x).Select(static (x, i) => i == 14 ? null : x)), Repeat(Rows))));
Write("uneven", null, ("z", Lists(FloatType.Default, Floats(), [3, 3, 3, 3, 2, 4, 3])), ("e", Lists(FloatType.Default, Floats(), [3, 0, 3, 3, 3, 3, 3])));
Write("no rows", null,
    ("z", Lists(FloatType.Default, new FloatArray.Builder().Build(), [])),
    ("y", new Int64Array.Builder().Build()));
File.WriteAllText("parquet.json", JsonSerializer.Serialize(files, new JsonSerializerOptions { WriteIndented = true }) + "\n");
Console.WriteLine($"{files.Count} files");
