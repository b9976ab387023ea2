using Surprisal.Cli.Tables;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>Which columns are meant: the classes in the order of their numbers, a column by its name or its place, and nothing guessed.</summary>
public sealed class CsvHeaderTests : IDisposable
{
    private readonly TableFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The first row holds the places of its cells, so that what is read says which columns were chosen.</summary>
    [Theory]
    [InlineData("x_0,x_1", null, "0 1")]
    [InlineData("x_1,x_0", null, "1 0")]
    [InlineData("x_10,x_9,x_8,x_7,x_6,x_5,x_4,x_3,x_2,x_1,x_0", null, "10 9 8 7 6 5 4 3 2 1 0")]
    [InlineData("x_01,x_00", null, "1 0")]
    [InlineData("id,x_1,label,x_0", null, "3 1")]
    [InlineData("top_5,x_1,x_0", null, "2 1")]
    [InlineData("top_5,x_1,x_0", "x", "2 1")]
    [InlineData("p_1,p_0,l_0,l_1", "l", "2 3")]
    [InlineData("a_b_1,a_b_0,a_0", "a_b", "1 0")]
    [InlineData("_1,_0", "", "1 0")]
    [InlineData("x_0", null, "0")]
    [InlineData("0,1,2", null, "0 1 2")]
    [InlineData("\"0\",\"1\"", null, "0 1")]
    [InlineData(",0,1", null, "1 2")]
    [InlineData(",x_1,x_0", null, "2 1")]
    [InlineData("x_1,x_0,", null, "1 0")]
    [InlineData("\"x\"\"_0\",\"x\"\"_1\"", "x\"", "0 1")]
    public void Classes_come_in_the_order_of_their_numbers(string header, string? prefix, string columns) =>
        Assert.Equal(columns.Split(' ').Select(double.Parse),
            folder.Read<double>(WithPlaces(header), path => CsvFile.OpenScores(path, prefix)));

    [Theory]
    [InlineData("a,b,c", "b", 1)]
    [InlineData("a,b,c", "#3", 2)]
    [InlineData("a,b,c", "#-1", 2)]
    [InlineData("a,b,c", "#-3", 0)]
    [InlineData("a,#1,#-1", "#1", 1)]
    [InlineData("a,#1,#-1", "#-1", 2)]
    [InlineData("A,a, a", "a", 1)]
    [InlineData("A,a, a", " a", 2)]
    [InlineData("a,b,a", "b", 1)]
    [InlineData("a,b,a", "#3", 2)]
    [InlineData("a", null, 0)]
    [InlineData("0", null, 0)]
    [InlineData(",a", null, 1)]
    [InlineData(",a", "#1", 0)]
    [InlineData(",a", "", 0)]
    [InlineData("1,b", "1", 0)]
    public void A_column_goes_by_its_name_then_by_its_place(string header, string? name, int column)
    {
        Assert.Equal([column], folder.Read<double>(WithPlaces(header), path => CsvFile.OpenColumn(path, name)));
        Assert.Equal([(long)column], folder.Read<long>(WithPlaces(header), path => CsvFile.OpenTargets(path, name)));
    }

    [Theory]
    [InlineData("cat,dog", null, "the header has no columns of classes, but \"cat\", \"dog\"; NAME_0, NAME_1, ... were expected.")]
    [InlineData("x_0,x_1", "logit", "the header has no columns of classes, but \"x_0\", \"x_1\"; logit_0, logit_1, ... were expected.")]
    [InlineData("x_0,x_1,y_0,y_1", null, "the header has columns of classes for \"x\", \"y\"; one of these was expected to be named.")]
    [InlineData("x_0,y_0", null, "the header has columns of classes for \"x\", \"y\"; one of these was expected to be named.")]
    [InlineData("x_1,x_2", null, "the header has classes x_1, ...; NAME_0, NAME_1, ... were expected, each once and without a gap.")]
    [InlineData("x_0,x_1,x_3", "x", "the header has classes x_0, x_1, x_3; x_0, x_1, ... were expected, each once and without a gap.")]
    [InlineData("x_0,x_1,x_01,x_2", "x", "the header has classes x_0, x_1, x_1, ...; x_0, x_1, ... were expected, each once and without a gap.")]
    [InlineData("x_5,y", null, "the header has classes x_5; NAME_0, NAME_1, ... were expected, each once and without a gap.")]
    [InlineData("0,1,label", null, "the header has no columns of classes, but \"0\", \"1\", \"label\"; NAME_0, NAME_1, ... were expected.")]
    [InlineData("x_-1,x_ 0,x_+1,x_1.0", null,
        "the header has no columns of classes, but \"x_-1\", \"x_ 0\", \"x_+1\", \"x_1.0\"; NAME_0, NAME_1, ... were expected.")]
    [InlineData("a,b,c,d,e,f,g,h,i,j", null, "the header has no columns of classes, but \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\" and 2 more; " +
        "NAME_0, NAME_1, ... were expected.")]
    public void Classes_that_are_unclear_are_refused(string header, string? prefix, string message) =>
        Assert.Equal(": " + message, folder.Refusal(WithPlaces(header), path => CsvFile.OpenScores(path, prefix)));

    [Theory]
    [InlineData("label,weight", null, "the header has the columns \"label\", \"weight\"; the name of one was expected.")]
    [InlineData("label,weight", "lable", "the header has no column \"lable\", but \"label\".")]
    [InlineData("label,weight", "q", "the header has no column \"q\", but \"label\", \"weight\".")]
    [InlineData("a,b,a", "a", "the header has 2 columns \"a\"; one was expected: choose it by #1 or #3.")]
    [InlineData("a,b", "#0", "the header has no column \"#0\"; #1 to #2 were expected, or #-1 for the last.")]
    [InlineData("a,b", "#3", "the header has no column \"#3\"; #1 to #2 were expected, or #-1 for the last.")]
    [InlineData("a,b", "#-3", "the header has no column \"#-3\"; #1 to #2 were expected, or #-1 for the last.")]
    [InlineData("a,b", "#x", "the header has no column \"#x\"; #1 to #2 were expected, or #-1 for the last.")]
    [InlineData("a,b", "#99999999999", "the header has no column \"#99999999999\"; #1 to #2 were expected, or #-1 for the last.")]
    public void Columns_that_are_unclear_are_refused(string header, string? name, string message)
    {
        Assert.Equal(": " + message, folder.Refusal(WithPlaces(header), path => CsvFile.OpenColumn(path, name)));
        Assert.Equal(": " + message, folder.Refusal(WithPlaces(header), path => CsvFile.OpenTargets(path, name)));
    }

    [Theory]
    [InlineData("0.1,0.9\n0.2,0.8\n", "\"0.1\", \"0.9\"")]
    [InlineData("1,0\n0,1\n", "\"1\", \"0\"")]
    [InlineData("0.0,1.0\n0,1\n", "\"0.0\", \"1.0\"")]
    [InlineData("nan, -inf\n0,1\n", "\"nan\", \" -inf\"")]
    [InlineData("3\n1\n", "\"3\"")]
    [InlineData(",0.5,0.25\n0,1,2\n", "\"0.5\", \"0.25\"")]
    public void A_missing_header_is_noticed(string text, string numbers)
    {
        foreach (var open in new Func<string, StoredArray>[] { path => CsvFile.OpenScores(path, null), path => CsvFile.OpenTargets(path, "#1") })
            Assert.Equal($": line 1 holds numbers ({numbers}), so the header is missing; names of the columns were expected, or 0, 1, ... as pandas writes.",
                folder.Refusal(text, open));
    }

    [Theory]
    [InlineData(",0,1\n5,1,2\n0,3,4\n")]
    [InlineData(",0,1\n0,1,2\n2,3,4\n")]
    [InlineData(",0,1\n,1,2\n")]
    [InlineData(",0,1\n0.0,1,2\n")]
    public void A_first_column_without_a_name_is_an_index_only_if_it_counts(string text)
    {
        Assert.Equal(": the header has a first column that has no name and does not count 0, 1, ... as an index of pandas does; " +
            "classes alone were expected (index=False).", folder.Refusal(text, static path => CsvFile.OpenScores(path, null)));
        Assert.Equal(": the header has the columns \"\", \"a\"; the name of one was expected.",
            folder.Refusal(",a\n1,1\n", static path => CsvFile.OpenTargets(path, null)));
    }

    [Theory]
    [InlineData("a,b;c\n", "commas and semicolons")]
    [InlineData("a|b\tc,d\n", "commas and tabs and bars")]
    public void Several_separators_are_refused_unless_between_quotes(string text, string separators)
    {
        Assert.Equal($": line 1 has {separators}; one separator was expected: put names that hold another one between quotes.",
            folder.Refusal(text, static path => CsvFile.OpenColumn(path, null)));
        Assert.Equal([2], folder.Read<double>("\"a,b\"|\"c;\td\"\n1|2\n", static path => CsvFile.OpenColumn(path, "c;\td")));
    }

    private static string WithPlaces(string header) =>
        $"{header}\n{string.Join(',', Enumerable.Range(0, header.Split(',').Length))}\n";
}
