using System.Text;
using Surprisal.Cli.Tables;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>
/// Whatever the bytes are, a table gives numbers or is refused in one line, in bounded memory. SURPRISAL_MUTATIONS=1000000 tries so many
/// instead of twenty thousand.
/// </summary>
public sealed class CsvDamageTests(ITestOutputHelper output) : IDisposable
{
    private const long MaxAllocated = 1 << 20;

    private static readonly byte[] interesting = [.. ",;\t|\"\r\n .eE+-0159_#x"u8, 0, 0x7F, 0x80, 0xC3, 0xEF, 0xFE, 0xFF];

    private static readonly string[] tables =
    [
        "id,x_0,x_1,label\na,0.5,-1e3,1\n\"b,\"\"\nc\",nan,2,0\nd,.25,3.,1.0\n",
        ";x_1;x_0\r\n0;1;2\r\n1;3;4\r\n2;5;6\r\n\r\n",
        "0\t1\r1.5\t-inf\r2.5\t1e308\r",
        "\uFEFFlabel\n1\n2\n-100\n",
    ];

    private static readonly Func<string, StoredArray>[] doors =
    [
        static path => CsvFile.OpenScores(path, null), static path => CsvFile.OpenScores(path, "x"),
        static path => CsvFile.OpenColumn(path, "#-1"), static path => CsvFile.OpenTargets(path, "label"), static path => CsvFile.OpenTargets(path, null),
    ];

    private readonly TableFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Damaged_tables_are_refused_or_read()
    {
        var rounds = Environment.GetEnvironmentVariable("SURPRISAL_MUTATIONS") is { Length: > 0 } text ? int.Parse(text) : 20_000;
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"seed {seed}, {rounds} mutations");
        var random = new Training.SeededBytes(seed);
        var read = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = Mutated(Encoding.UTF8.GetBytes(tables[random.Below(tables.Length)]), random);
            var path = folder.Write(bytes);
            var door = doors[random.Below(doors.Length)];
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var array = door(path);
                Assert.InRange(array.Length, 0, bytes.Length);
                if (array.Type.IsFloating) TableFolder.Read<double>(array, 3);
                else TableFolder.Read<long>(array, 3);
                read++;
            }
            catch (InvalidDataException error)
            {
                if (!error.Message.StartsWith(path, StringComparison.Ordinal) || error.Message.Any(char.IsControl) || error.Message.Length > 1000)
                    Assert.Fail($"{Convert.ToHexString(bytes)}: {error.Message}");
            }
            catch (Exception error)
            {
                Assert.Fail($"{Convert.ToHexString(bytes)}: {error}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }
        output.WriteLine($"{read} were read");
        Assert.InRange(read, 1, rounds - 1);
    }

    /// <summary>One to four bytes changed, cut out or put in, or a piece of the file again.</summary>
    private static byte[] Mutated(byte[] whole, Training.SeededBytes random)
    {
        var bytes = whole.ToList();
        for (var changes = 1 + random.Below(4); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Below(bytes.Count);
            var value = random.Below(4) > 0 ? interesting[random.Below(interesting.Length)] : random.Bytes(1)[0];
            switch (random.Below(8))
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes.Insert(at, value); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, random.Below(40)))); break;
                default: bytes[at] = value; break;
            }
        }
        return [.. bytes];
    }
}
