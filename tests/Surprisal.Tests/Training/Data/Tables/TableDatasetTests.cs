using System.Text;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class TableDatasetTests : IDisposable
{
    private static readonly TableOptions kind = new() { Target = "kind" };

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("age,colour,kind\n1,red,b\n3,blue,a\n5,\"red\",b\n")]
    [InlineData("\uFEFFage;colour;kind\r\n1.0;red;b\r\n+3;blue;a\r\n.5e1;red;b\r\n\r\n")]
    [InlineData("age\tcolour\tkind\r1\tred\tb\r3\tblue\ta\r5\tred\tb")]
    [InlineData("age|colour|kind\n1|red|b\n3|blue|a\n5|red|b")]
    public void Numbers_are_standardized_and_texts_become_inputs(string text)
    {
        var data = TableDataset.Load(Write(text), kind);
        Assert.Equal(["age", "colour=blue", "colour=red"], data.Inputs);
        Assert.Equal(["a", "b"], data.ClassNames);
        Assert.Equal([1L, 0, 1], Enumerable.Range(0, 3).Select(data.Target));
        var scaled = (float)(2 / Math.Sqrt(8 / 3.0));
        Assert.Equal([-scaled, 0, 1, 0, 1, 0, scaled, 0, 1], Enumerable.Range(0, 3).SelectMany(i => ImageDatasetTests.Read(data, i)),
            static (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal($"age: (number - 3) / {Math.Sqrt(8 / 3.0)}\ncolour: one of blue, red", data.Preparation);
        Assert.Equal("table.csv", Assert.Single(data.Sources()).Name);
    }

    [Fact]
    public void Means_deviations_and_texts_are_those_of_the_part_to_train_on()
    {
        var rows = Enumerable.Range(0, 100).Select(static i => $"{i * i},t{i},{(i % 2 == 0 ? "x" : "y")},7,{i % 3}");
        var split = TableDataset.LoadSplit(Write($"square,name,text,same,kind\n{string.Join('\n', rows)}\n"), kind with { ValidationShare = 0.1 }, new Seed(2));
        var (train, validation, test) = split;
        Assert.Equal(100, train.Count + validation!.Count + test.Count);
        int[] width = [1 + train.Count + 2];
        Assert.Equal(width, train.SampleShape.ToArray());
        Assert.Equal(width, test.SampleShape.ToArray());
        Assert.Equal(train.Preparation, test.Preparation);
        var numbers = Enumerable.Range(0, train.Count).Select(i => (double)ImageDatasetTests.Read(train, i)[0]).ToArray();
        Assert.Equal(0, numbers.Average(), 1e-6);
        Assert.Equal(1, Math.Sqrt(numbers.Average(static number => number * number)), 1e-6);
        // Names are all different, so a row to test on has none that is known.
        Assert.All(Enumerable.Range(0, test.Count), i => Assert.Equal(0, ImageDatasetTests.Read(test, i).Skip(1).Take(train.Count).Sum()));
        Assert.StartsWith("in no row to train on, so no inputs: name=t", split.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_stay_together_and_the_order_of_rows_does_not_matter()
    {
        var rows = Enumerable.Range(0, 60).Select(static i => $"{i / 2},{i / 2 % 2}").ToList();
        var (train, test) = TableDataset.LoadSplit(Write($"x,kind\n{string.Join('\n', rows)}\n"), kind, new Seed(1));
        Assert.Equal(60, train.Count + test.Count);
        Assert.All(Values(test).CountBy(static x => x), static pair => Assert.Equal(2, pair.Value));
        rows.Reverse();
        var reversed = TableDataset.LoadSplit(Write($"x,kind\n{string.Join('\n', rows)}\n"), kind, new Seed(1));
        Assert.Equal(Values(test).Order(), Values(reversed.Test).Order(), static (a, b) => Math.Abs(a - b) < 1e-6);

        static float[] Values(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i => ImageDatasetTests.Read(data, i)[0])];
    }

    [Theory]
    [InlineData("kind", "1.0", "0", "10", "2")]
    [InlineData("#2", "1.0", "0", "10", "2")]
    [InlineData("#-1", "1.0", "0", "10", "2")]
    public void Whole_numbers_are_classes_in_their_order(string target, params string[] labels)
    {
        var path = Write($"x,kind\n{string.Join('\n', labels.Select(static (label, i) => $"{i},{label}"))}\n");
        var data = TableDataset.Load(path, new TableOptions { Target = target });
        Assert.Equal(["0", "1", "2", "10"], data.ClassNames);
        Assert.Equal([1L, 0, 3, 2], Enumerable.Range(0, 4).Select(data.Target));
    }

    [Theory]
    [InlineData("x;kind\n1.5;a\n1,5;b\n", "line 3, column \"x\" holds \"1,5\"; a number was expected: decimal point expected, and no separators of thousands.")]
    [InlineData("x;kind\n1,5;a\n2;b\n", "line 2, column \"x\" holds \"1,5\"; a number was expected: decimal point expected, and no separators of thousands.")]
    [InlineData("x,kind\n,a\n2,b\n", "line 2, column \"x\" is empty, a missing value; a number was expected.")]
    [InlineData("x,kind\n1,a\nNA,b\n", "line 3, column \"x\" holds \"NA\", a missing value; a number was expected.")]
    [InlineData("x,kind\n1,a\nnan,b\n", "line 3, column \"x\" holds \"nan\"; a finite number was expected.")]
    [InlineData("x,kind\n1,a\nred,b\n", "line 3, column \"x\" holds \"red\"; a number was expected.")]
    [InlineData("x,kind\nred,a\n,b\n", "line 3, column \"x\" holds \"\", a missing value; a text was expected.")]
    [InlineData("x,kind\n1,a\n\"a\nb\",b\n", "line 3, column \"x\" holds \"a b\"; a number was expected.")]
    [InlineData("x,kind\n1,a\n2,None\n", "line 3, column \"kind\" holds \"None\", a missing value; a class was expected.")]
    [InlineData("x,kind\n1,a\n\n2,b\n", "line 3 is blank; a row was expected.")]
    [InlineData("x,kind\n1,a\n2\n", "line 3 has 1 cells; 2 were expected, as many as the header has.")]
    [InlineData("x,kind\n1,1.5\n2,1\n", "line 2 has the class \"1.5\"; a whole number or a name was expected.")]
    [InlineData("x,kind\n1,a\n2,a\n", "all rows have the class \"a\"; at least two were expected.")]
    [InlineData("x,kind\n", "there are no rows below the header; samples were expected.")]
    [InlineData("kind\na\nb\n", "there is no column but that of the classes; inputs were expected.")]
    [InlineData("1.5,2\n1,a\n2,b\n", "line 1 holds numbers (\"1.5\", \"2\"), so the header is missing; names of the columns were expected.")]
    [InlineData("x,class\n1,a\n2,b\n", "the header, line 1, has no column \"kind\", but \"x\", \"class\".")]
    [InlineData("x,kind\n1,a\n2,\"b\"c\n", "line 3, column 2 holds a quote that does not fit: \"\"b\"c\"; quotes were expected around the whole cell, " +
        "and doubled inside.")]
    public void Refuses_by_line_and_column(string text, string message) => AssertRefused(text, message);

    [Fact]
    public void Too_many_texts_are_a_name_of_each_row()
    {
        var path = Write("x,kind\nr,a\ng,b\nb,a\n");
        Assert.Equal($"{path}: line 4, column \"x\" holds \"b\", one more different text than the 2 that become inputs; " +
            "a name of each row is no input: ignore the column, or allow more.",
            Assert.Throws<InvalidDataException>(() => TableDataset.Load(path, kind with { MaxCategories = 2 })).Message);
    }

    [Fact]
    public void Another_file_is_read_by_the_same_numbers()
    {
        var data = TableDataset.Load(Write("age,colour,kind\n1,red,b\n3,blue,a\n5,red,b\n"), kind);
        var other = data.Load(folder.Write("more.csv", "kind,extra,colour,age\nb,9,green,9\na,9,blue,3\n"u8));
        Assert.Equal(data.Preparation, other.Preparation);
        Assert.Equal([(float)(6 / Math.Sqrt(8 / 3.0)), 0, 0, 0, 1, 0], Enumerable.Range(0, 2).SelectMany(i => ImageDatasetTests.Read(other, i)),
            static (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1L, 0], [other.Target(0), other.Target(1)]);
        var path = folder.Write("more.csv", "kind,colour,age\nc,red,1\n"u8);
        Assert.Equal($"{path}: line 2 has the class \"c\"; one of \"a\", \"b\" was expected.",
            Assert.Throws<InvalidDataException>(() => data.Load(path)).Message);
    }

    [Fact]
    public void The_inputs_of_another_file_need_no_classes()
    {
        var rows = Enumerable.Range(0, 40).Select(static i => $"{i * i},{(i % 3 == 0 ? "rot" : "\"绿, \"\"x\"\"\"")},{i % 2}");
        var split = TableDataset.LoadSplit(Write($"square,colour,kind\n{string.Join('\n', rows)}\n"), kind, new Seed(2), out var whole);
        Assert.Equal(["square", "colour"], whole.Columns.Select(static column => column.Name));
        Assert.Equal((null, 2), (whole.Columns[0].Texts, whole.Columns[1].Texts!.Count));
        // Mean and deviation by their definition, over the rows to train on alone.
        var squares = Enumerable.Range(0, split.Train.Count).Select(i => Raw(ImageDatasetTests.Read(split.Train, i)[0])).ToArray();
        Assert.Equal(squares.Average(), whole.Columns[0].Mean, 1e-3);
        Assert.Equal(Math.Sqrt(squares.Average(x => Math.Pow(x - squares.Average(), 2))), whole.Columns[0].Deviation, 1e-3);

        var text = "extra;colour;square\n9;rot;1e2\n;\"绿, \"\"x\"\"\";-3\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        float Scaled(double number) => (float)((number - whole.Columns[0].Mean) / whole.Columns[0].Deviation);
        float[] expected = [Scaled(100), 1, 0, Scaled(-3), 0, 1];
        foreach (var inputs in (Tensor<float>[])[TableDataset.LoadInputs(folder.Write("more.csv", Encoding.UTF8.GetBytes(text)), whole.Columns),
            TableDataset.LoadInputs(stream, "it", whole.Columns)])
        {
            Assert.Equal([2, 3], inputs.Shape.ToArray());
            Assert.Equal(expected, inputs.ToArray());
        }

        double Raw(float scaled) => scaled * whole.Columns[0].Deviation + whole.Columns[0].Mean;
    }

    [Theory]
    [InlineData("colour,kind\nred,a\n", "the header, line 1, has no column \"age\", but \"colour\", \"kind\".")]
    [InlineData("age;colour\n1,5;red\n",
        "line 2, column \"age\" holds \"1,5\"; a number was expected: decimal point expected, and no separators of thousands.")]
    [InlineData("age,colour\n", "there are no rows below the header; samples were expected.")]
    [InlineData("age,colour\n1,red\nNA,red\n", "line 3, column \"age\" holds \"NA\", a missing value; a number was expected.")]
    [InlineData("age,age,colour\n1,2,red\n", "the header, line 1, has 2 columns \"age\", #1 and #2; one was expected: " +
        "give the others names of their own.")]
    public void Inputs_that_cannot_be_are_refused_by_line_and_column(string text, string message)
    {
        TableInput[] columns = [new() { Name = "age", Mean = 3, Deviation = 2 }, new() { Name = "colour", Texts = ["blue", "red"] }];
        var path = Write(text);
        Assert.Equal($"{path}: {message}", Assert.Throws<InvalidDataException>(() => TableDataset.LoadInputs(path, columns)).Message);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.Equal($"it: {message}", Assert.Throws<InvalidDataException>(() => TableDataset.LoadInputs(stream, "it", columns)).Message);
    }

    /// <summary>One rule for rows to test with, for other tables with classes, and for inputs alone.</summary>
    [Fact]
    public void A_text_that_was_not_learned_is_zero_in_all_inputs_of_its_column()
    {
        var data = TableDataset.Load(Write("age,colour,kind\n1,red,b\n5,blue,a\n"), kind);
        var path = folder.Write("more.csv", "kind,colour,age\na,green,3\nb,blue,3\n"u8);
        float[] expected = [0, 0, 0, 0, 1, 0];
        Assert.Equal(expected, TableDataset.LoadInputs(path, data.Columns).ToArray());
        foreach (var other in (TableDataset[])[data.Load(path), TableDataset.Load(path, "kind", data.Columns, data.ClassNames)])
        {
            Assert.Equal(expected, Enumerable.Range(0, 2).SelectMany(i => ImageDatasetTests.Read(other, i)));
            Assert.Equal([0L, 1], [other.Target(0), other.Target(1)]);
        }
    }

    [Fact]
    public void What_makes_no_input_is_refused()
    {
        Assert.StartsWith("Mean is NaN; ", Assert.Throws<ArgumentOutOfRangeException>(() => new TableInput { Name = "x", Mean = double.NaN }).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Deviation is 0; ", Assert.Throws<ArgumentOutOfRangeException>(() => new TableInput { Name = "x", Deviation = 0 }).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("columns is empty; ", Assert.Throws<ArgumentException>(() => TableDataset.LoadInputs("x", [])).Message, StringComparison.Ordinal);
    }

    private string Write(string text) => folder.Write("table.csv", Encoding.UTF8.GetBytes(text));

    private void AssertRefused(string text, string message)
    {
        var path = Write(text);
        Assert.Equal($"{path}: {message}", Assert.Throws<InvalidDataException>(() => TableDataset.Load(path, kind)).Message);
    }
}
