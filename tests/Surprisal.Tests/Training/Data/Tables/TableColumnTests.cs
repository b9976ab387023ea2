using System.Text;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Which columns of a table are inputs, and how they are found again.</summary>
public sealed class TableColumnTests : IDisposable
{
    private static readonly TableOptions kind = new() { Target = "kind" };

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_are_left_out_or_taken_as_names()
    {
        var path = Write("id,x,x,code,kind\n7,1,2,100,a\n8,2,3,200,b\n");
        AssertRefused("x,x,kind\n1,2,a\n", "the header, line 1, has the name \"x\" for columns 1 and 2; " +
            "different names were expected, or that it is left out: --ignore-column '#2', TableOptions.Ignore.");
        var data = TableDataset.Load(Write("id,x,x,code,kind\n7,1,2,100,a\n8,2,3,200,b\n"), kind with { Ignore = ["id", "#3"], Categories = ["code"] });
        Assert.Equal(["x", "code=100", "code=200"], data.Inputs);
        Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => TableDataset.Load(path, kind with { Ignore = ["x"] })).Message,
            StringComparison.Ordinal);
        foreach (var (options, said) in ((TableOptions, string)[])
            [
                (kind with { Ignore = ["#2", "#-1"] }, "\"kind\" as one that is ignored and as the classes"),
                (kind with { Ignore = ["#2"], Categories = ["kind"] }, "\"kind\" as one of categories and as the classes"),
                (kind with { Ignore = ["#2", "code"], Categories = ["code"] }, "\"code\" as one of categories and as one that is ignored"),
            ])
            Assert.Equal($"{path}: the header, line 1, has the column {said}; one of them was expected.",
                Assert.Throws<InvalidDataException>(() => TableDataset.Load(path, options)).Message);
    }

    /// <summary>A number or a text that all rows to train on have teaches nothing: its weights would be random ones, which another number
    /// in a later row would be multiplied with.</summary>
    [Fact]
    public void Columns_that_tell_nothing_are_no_inputs()
    {
        var rows = Enumerable.Range(0, 20).Select(static i => $"{i},5,red,{i % 2}");
        var split = TableDataset.LoadSplit(Write($"x,year,\"colour, main\",kind\n{string.Join('\n', rows)}\n"), kind, new Seed(0), out var whole);
        Assert.Equal(["the same in every row to train on, so no input: year, \"colour, main\""], split.Notes);
        Assert.Equal(["x"], whole.Inputs);
        Assert.Equal([whole.Columns[0]], whole.Load(Write("kind,x\n0,7\n")).Columns);
        var path = Write("year,kind\n5,0\n5,1\n5,0\n5,1\n");
        Assert.Equal($"{path}: no class has two different rows; one to train on and one to test on are needed.",
            Assert.Throws<InvalidDataException>(() => TableDataset.LoadSplit(path, kind, new Seed(0))).Message);
    }

    [Fact]
    public void The_index_of_pandas_is_no_input()
    {
        var rows = Enumerable.Range(0, 20).Select(static i => $"{i},{i * 3 % 20},{i % 2}");
        var split = TableDataset.LoadSplit(Write($",x,kind\n{string.Join('\n', rows)}\n"), kind, new Seed(0));
        Assert.Equal([1], split.Train.SampleShape.ToArray());
        Assert.Equal("passed over the first column, which has no name and counts 0, 1, ... as an index of pandas does", split.Notes[0]);
        AssertRefused(",x,kind\n0,1,a\n2,1,b\n", "line 3, column 1 has no name and does not count 0, 1, ... as an index of pandas does; " +
            "a name was expected, or that it is left out: --ignore-column '#1', TableOptions.Ignore.");
    }

    /// <summary>The one of several columns of a name is found again by its place, and refused where another is there.</summary>
    [Fact]
    public void A_column_whose_name_others_have_is_found_at_its_place()
    {
        var path = Write("x,kind,x,kind\n9,a,1,c\n8,b,5,d\n");
        var data = TableDataset.Load(path, new TableOptions { Target = "#4", Ignore = ["#1", "#2"] });
        Assert.Equal(("x", (int?)3), (data.Columns.Single().Name, data.Columns[0].Place));
        Assert.Null(TableDataset.Load(Write("x,kind\n1,a\n5,b\n"), kind).Columns.Single().Place);
        Write("x,kind,x,kind\n9,a,1,c\n8,b,5,d\n");
        float[] expected = [-1, 1];
        Assert.Equal(expected, TableDataset.LoadInputs(path, data.Columns).ToArray());
        Assert.Equal(expected, TableDataset.LoadInputs(folder.Write("one.csv", "y,x\n0,1\n0,5\n"u8), data.Columns).ToArray());
        path = folder.Write("turned.csv", "x,x,kind\n9,1,a\n8,5,b\n"u8);
        Assert.Equal($"{path}: the header, line 1, has 2 columns \"x\", #1 and #2; one was expected, or #3 among them as in the table that was " +
            "learned from: give the others names of their own.",
            Assert.Throws<InvalidDataException>(() => TableDataset.LoadInputs(path, data.Columns)).Message);
        Assert.StartsWith("Place is 0; ", Assert.Throws<ArgumentOutOfRangeException>(() => new TableInput { Name = "x", Place = 0 }).Message,
            StringComparison.Ordinal);
    }

    private string Write(string text) => folder.Write("table.csv", Encoding.UTF8.GetBytes(text));

    private void AssertRefused(string text, string message)
    {
        var path = Write(text);
        Assert.Equal($"{path}: {message}", Assert.Throws<InvalidDataException>(() => TableDataset.Load(path, kind)).Message);
    }
}
