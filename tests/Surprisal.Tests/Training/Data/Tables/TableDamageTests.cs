using System.Text;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>
/// Whatever the bytes are, a table gives samples or is refused in one line. SURPRISAL_MUTATIONS=100000 tries so many instead of three thousand.
/// </summary>
public sealed class TableDamageTests(ITestOutputHelper output) : IDisposable
{
    private static readonly byte[] interesting = [.. ",;\t|\"\r\n .eE+-0159_#xNA"u8, 0, 0x7F, 0x80, 0xC3, 0xEF, 0xFE, 0xFF];

    private static readonly string[] tables =
    [
        "id,age,colour,kind\n1,0.5,red,a\n2,\"1.5\",\"b\"\"lue\",b\n3,.25,\"r\ned\",a\n",
        ";x_1;kind\r\n0;1;2\r\n1;3;4\r\n2;5;2\r\n\r\n", "x\tkind\r1\ta\r2\tb\r",
    ];

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Damaged_tables_are_refused_or_read()
    {
        var rounds = Environment.GetEnvironmentVariable("SURPRISAL_MUTATIONS") is { Length: > 0 } text ? int.Parse(text) : 3_000;
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"seed {seed}, {rounds} mutations");
        var (random, read) = (new SeededBytes(seed), 0);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = random.Damaged(Encoding.UTF8.GetBytes(tables[random.Below(tables.Length)]), interesting);
            var path = folder.Write("table.csv", bytes);
            try
            {
                var data = TableDataset.Load(path, new TableOptions { Target = random.Below(2) == 0 ? "kind" : "#-1" });
                for (var i = 0; i < data.Count; i++) Assert.All(ImageDatasetTests.Read(data, i), static number => Assert.True(float.IsFinite(number)));
                read++;
            }
            catch (InvalidDataException error)
            {
                if (!error.Message.StartsWith(path, StringComparison.Ordinal) || error.Message.Any(char.IsControl) || error.Message.Length > 2000)
                    Assert.Fail($"{Convert.ToHexString(bytes)}: {error.Message}");
            }
            catch (Exception error)
            {
                Assert.Fail($"{Convert.ToHexString(bytes)}: {error}");
            }
        }
        Assert.InRange(read, 1, rounds - 1);
    }
}
