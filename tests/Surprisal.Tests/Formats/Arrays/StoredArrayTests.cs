namespace Surprisal.Tests.Formats;

/// <summary>What numbers become on their way from the file, and what may be asked of an array.</summary>
public sealed class StoredArrayTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surprisal");

    private string File => Path.Combine(folder.FullName, "a.npy");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Every_number_of_16_bits_is_widened_exactly()
    {
        var bits = Enumerable.Range(0, 1 << 16).Select(static i => (ushort)i).ToArray();
        NpyFile.Write<Half>(File, [.. bits.Select(BitConverter.UInt16BitsToHalf)], [1 << 16]);
        using (var halves = NpyFile.Open(File))
            Assert.Equal(bits.Select(static bits => Value(bits, exponentBits: 5)), Doubles(halves));

        var path = Path.Combine(folder.FullName, "a.safetensors");
        System.IO.File.WriteAllBytes(path, [.. ArrayFixtures.Tensors("""{"a":{"dtype":"BF16","shape":[65536],"data_offsets":[0,131072]}}""", 0),
            .. bits.SelectMany(BitConverter.GetBytes)]);
        using (var brains = ArrayFile.Open(path))
        {
            Assert.Equal(bits.Select(static bits => Value(bits, exponentBits: 8)), Doubles(brains));
            var own = new BFloat16[1 << 16];
            brains.Read<BFloat16>(0, own);
            Assert.Equal(bits, own.Select(static value => value.Bits));
        }
    }

    [Fact]
    public void Doubles_become_floats_by_one_rounding_if_it_is_allowed()
    {
        double[] numbers = [0.1, 1 + 1.0 / (1 << 24), 1 + 3.0 / (1 << 24), double.MaxValue, double.NaN, -0.0, 1e-46];
        NpyFile.Write<double>(File, numbers, [7]);
        using var array = NpyFile.Open(File);
        var floats = new float[7];
        Assert.Equal($"{File} holds float64, which float would round; read it as double, or allow rounding.",
            Assert.Throws<InvalidDataException>(() => array.Read<float>(0, floats)).Message);
        Assert.All(floats, static value => Assert.Equal(0, value));
        array.Read<float>(0, floats, mayRound: true);
        Assert.Equal([0.1f, 1f, 1f + 2f / (1 << 23), float.PositiveInfinity, float.NaN, -0f, 0f], floats);
    }

    [Fact]
    public void Types_that_do_not_go_into_another_are_both_named()
    {
        NpyFile.Write<int>(File, [1, 2], [2]);
        using (var integers = NpyFile.Open(File))
        {
            Assert.Equal($"{File} holds int32; floating-point numbers were expected.",
                Assert.Throws<InvalidDataException>(() => integers.Read<float>(0, new float[1])).Message);
            Assert.Equal($"{File} holds int32; floating-point numbers were expected.",
                Assert.Throws<InvalidDataException>(() => integers.Read<double>(0, new double[1])).Message);
            Assert.Equal($"{File} holds int32; int16 was expected.", Assert.Throws<InvalidDataException>(() => integers.Read<short>(0, new short[1])).Message);
            Assert.Equal("numbers of files are not read as Decimal; take float, double or long.",
                Assert.Throws<NotSupportedException>(() => integers.Read<decimal>(0, new decimal[1])).Message);
        }
        NpyFile.Write<Half>(File, [(Half)1], [1]);
        using var halves = NpyFile.Open(File);
        Assert.Equal($"{File} holds float16; integers or bool were expected.",
            Assert.Throws<InvalidDataException>(() => halves.Read<long>(0, new long[1])).Message);
        Assert.Equal($"{File} holds float16; bfloat16 was expected.",
            Assert.Throws<InvalidDataException>(() => halves.Read<BFloat16>(0, new BFloat16[1])).Message);
    }

    [Fact]
    public void An_unsigned_number_that_no_long_holds_is_named_with_its_place()
    {
        NpyFile.Write<ulong>(File, [1, long.MaxValue, 3, 1UL << 63, 5, 6], [3, 2]);
        using var array = NpyFile.Open(File);
        var numbers = new long[3];
        array.Read<long>(0, numbers);
        Assert.Equal([1, long.MaxValue, 3], numbers);
        Assert.Equal($"{File}: the number at [1, 1] is 9223372036854775808; at most 9223372036854775807 was expected.",
            Assert.Throws<InvalidDataException>(() => array.Read<long>(2, numbers)).Message);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(6, 1)]
    [InlineData(4, 3)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(0, 7)]
    public void Positions_that_are_not_there_are_refused(long first, int count)
    {
        NpyFile.Write<float>(File, new float[6], [6]);
        using var array = NpyFile.Open(File);
        Assert.StartsWith($"{File} has 6 numbers; {count} from position {first} on are not all there.",
            Assert.Throws<ArgumentOutOfRangeException>(() => array.Read<float>(first, new float[count])).Message, StringComparison.Ordinal);
        array.Read<float>(6, []);
    }

    [Fact]
    public void More_than_2_to_the_31_numbers_are_read_at_their_end()
    {
        const long rows = 3_000_000, columns = 1000;
        var header = ArrayFixtures.Npy($"{{'descr': '>f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}", 0);
        using (var file = new FileStream(File, FileMode.CreateNew))
        {
            file.Write(header);
            file.SetLength(header.Length + rows * columns * sizeof(float));
            file.Position = file.Length - sizeof(float);
            file.Write([0x3F, 0x80, 0, 0]);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var array = NpyFile.Open(File);
        Assert.Equal(3_000_000_000, array.Length);
        var end = new float[1000];
        array.Read<float>(array.Length - 1000, end);
        Assert.Equal([.. new float[999], 1], end);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_ends_in_one_line()
    {
        NpyFile.Write<float>(File, new float[1000], [1000]);
        using var array = NpyFile.Open(File);
        using (var writer = new FileStream(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) writer.SetLength(128 + 100);
        array.Read<float>(0, new float[25]);
        Assert.Equal($"{File}: the file ends at byte 228, but had at least 4128 when it was opened: it was changed while it was read.",
            Assert.Throws<InvalidDataException>(() => array.Read<float>(0, new float[26])).Message);
        Assert.Throws<InvalidDataException>(() => array.Read<float>(999, new float[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Threads_read_where_they_like(bool isFortran)
    {
        const int columns = 1000, rows = 300;
        var numbers = Enumerable.Range(0, rows * columns).ToArray();
        NpyFile.Write<int>(File, numbers, isFortran ? [columns, rows] : [rows, columns]);
        if (isFortran)
        {
            var bytes = System.IO.File.ReadAllBytes(File);
            "True, 'shape': (300, 1000), } "u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("False"u8)));
            System.IO.File.WriteAllBytes(File, bytes);
        }
        using var array = NpyFile.Open(File);
        Assert.Equal([rows, columns], array.Shape);
        Parallel.For(0, 200, task =>
        {
            var row = task * 7919 % rows;
            var read = new long[columns];
            array.Read<long>(row * columns, read);
            for (var c = 0; c < columns; c++) Assert.Equal(isFortran ? c * rows + row : row * columns + c, read[c]);
        });
    }

    [Fact]
    public void Another_format_is_a_class_of_its_own()
    {
        using var counted = new Counted();
        var numbers = new double[3];
        counted.Read<double>(5, numbers);
        Assert.Equal([5, 6, 7], numbers);
        Assert.Equal("counted: float32 [2, 5]", counted.ToString());
        Assert.StartsWith("[-1, 5] is no shape: sizes are 0 or more, and a long holds their product.",
            Assert.Throws<ArgumentException>(static () => new Counted(-1)).Message, StringComparison.Ordinal);
    }

    private static double[] Doubles(StoredArray array)
    {
        var (doubles, floats) = (new double[array.Length], new float[array.Length]);
        array.Read<double>(0, doubles);
        array.Read<float>(0, floats);
        Assert.Equal(doubles, floats.Select(static value => (double)value));
        return doubles;
    }

    /// <summary>The number that 16 bits stand for, by the definition.</summary>
    private static double Value(ushort bits, int exponentBits)
    {
        var fractionBits = 15 - exponentBits;
        var (exponent, fraction, bias) = (bits >> fractionBits & (1 << exponentBits) - 1, bits & (1 << fractionBits) - 1, (1 << exponentBits - 1) - 1);
        var magnitude = exponent == (1 << exponentBits) - 1 ? fraction == 0 ? double.PositiveInfinity : double.NaN
            : exponent == 0 ? fraction * Math.Pow(2, 1 - bias - fractionBits) : (fraction + (1 << fractionBits)) * Math.Pow(2, exponent - bias - fractionBits);
        return bits >> 15 == 0 ? magnitude : -magnitude;
    }

    private sealed class Counted(long rows = 2) : StoredArray("counted", StoredType.Of<float>(), [rows, 5])
    {
        public override bool CanSeek => true;

        protected internal override void ReadElements(long first, Span<byte> elements)
        {
            for (var i = 0; i < elements.Length / 4; i++) BitConverter.TryWriteBytes(elements[(4 * i)..], (float)(first + i));
        }
    }
}
