using System.Buffers.Binary;
using Surprisal.Columnar;
using static Surprisal.Tests.Columnar.ArrowWriter;

namespace Surprisal.Tests.Columnar;

/// <summary>Flatbuffers whose bytes say what is not there: found before anything is asked for.</summary>
public sealed class ArrowMetadataTests
{
    [Fact]
    public void A_message_cut_anywhere_or_pointing_anywhere_is_a_format_error()
    {
        var stream = InStream(Batch(("z", Fixed(Floats(1, 2, 3, 4), 2)), ("t", Dictionary(Ints(0, 1), Texts("a", "b")))));
        var whole = stream.AsSpan(8, BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(4))).ToArray();
        Assert.Equal(ArrowMessageKind.Schema, ArrowMetadata.Read(whole, 0).Kind);
        for (var length = 0; length < whole.Length; length++) Try(whole[..length]);
        for (var at = 0; at + 4 <= whole.Length; at++)
            foreach (var number in (int[])[-1, int.MaxValue, int.MinValue, 1 << 20])
            {
                var bytes = whole.ToArray();
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
                Try(bytes);
            }
    }

    /// <summary>A batch of another schema: the decoder would look for what is not there.</summary>
    [Fact]
    public void A_batch_that_does_not_fit_its_schema_is_refused()
    {
        var views = new Apache.Arrow.StringViewArray.Builder().Append("a").Build();
        byte[][] streams = [InStream(Batch(("y", Ints(1)))), InStream(Batch(("y", Ints(1)), ("z", Ints(1)))), InStream(Batch(("y", views))),
            InStream(Batch(("y", Texts("a"))))];
        using var files = new ColumnarFixture();
        string Mixed(int schema, int batch)
        {
            var (first, second) = (8 + BitConverter.ToInt32(streams[schema], 4), 8 + BitConverter.ToInt32(streams[batch], 4));
            return files.Refusal([.. streams[schema][..first], .. streams[batch][second..]], "y", ["a"]);
        }

        Assert.Equal(": batch 0 (rows 0 to 0) is damaged: it has 1 columns with those inside, the schema 2.", Mixed(1, 0));
        Assert.Equal(": batch 0 (rows 0 to 0) is damaged: it has 0 counts of buffers where the schema needs 1.", Mixed(2, 0));
        Assert.Equal(": batch 0 (rows 0 to 0) is damaged: it has 2 buffers where the schema needs 3.", Mixed(3, 0));
    }

    /// <summary>Tables may be shared: 40 fields, each of which is twice the child of the one before, are 2^40 to who walks them.</summary>
    [Fact]
    public void Fields_that_are_shared_without_number_are_refused()
    {
        var bytes = new byte[2048];
        var at = 0;
        void Int(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
            at += 4;
        }

        void Slots(params short[] slots)
        {
            foreach (var slot in slots)
            {
                BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), slot);
                at += 2;
            }
        }

        Int(16); // the message is at 16, its slots at 4: version, kind, header
        Slots(10, 12, 4, 6, 8, 0);
        Int(12);
        Slots(4, 1);
        Int(12); // the schema is at 36, its slots at 28: only fields
        Slots(8, 8, 0, 4);
        Int(8);
        Int(4); // a vector of one field, which follows its slots
        Int(1);
        Int(20);
        const int Fields = 68, FieldBytes = 20;
        at = Fields - 16;
        Slots(16, 8, 0, 0, 0, 0, 0, 4); // children alone
        for (var i = 0; i < 40; i++)
        {
            Int(at - (Fields - 16)); // its slots
            Int(4); // a vector of two children, both of them the next field
            Int(i < 39 ? 2 : 0);
            Int(8);
            Int(4);
        }
        Assert.Equal(Fields + 40 * FieldBytes, at);
        var error = Assert.Throws<FormatException>(() => ArrowMetadata.Read(bytes, 0));
        Assert.Equal("it has more than 1000000 fields", error.Message);
    }

    private static void Try(byte[] metadata)
    {
        try
        {
            ArrowMetadata.Read(metadata, 0);
        }
        catch (FormatException)
        {
        }
    }
}
