namespace Surprisal.Tests.Architecture;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a // Tensor", "a ")]
    [InlineData("a /* x\ny */ b", "a \n b")]
    [InlineData("\"Tensor // no comment\" b", "\"\" b")]
    [InlineData("\"a\\\"b\" c", "\"\" c")]
    [InlineData("@\"a\"\"b\\\" c", "\"\" c")]
    [InlineData("$\"x {Shape.Format(\"y\")} z\" c", "\" Shape.Format(\"\") \" c")]
    [InlineData("$\"{{no hole}}\" c", "\"\" c")]
    [InlineData("\"\"\"a \"quoted\" b\"\"\" c", "\"\" c")]
    [InlineData("$$\"\"\"{text} {{Hole}}\"\"\" c", "\" Hole \" c")]
    [InlineData("'\"' c '\\'' d", "'' c '' d")]
    public void Comments_and_text_go_and_holes_stay(string source, string code) => Assert.Equal(code, SourceText.Code(source));

    [Fact]
    public void Types_are_found_with_their_place()
    {
        var file = new SourceFile("src/Surprisal/Losses/Place.cs", "namespace Surprisal;\n// class Comment\npublic sealed record Place(int X)\n{\n    " +
            "private struct Inner { }\n    public T Of<T>() where T : class => default!;\n}\n");
        Assert.Equal([("Place", true), ("Inner", false)], file.Types.Select(static type => (type.Name, type.IsTop)));
        Assert.Equal(["Of"], file.Members);
        Assert.Equal("Losses", file.Layer);
        Assert.Equal("Surprisal", file.Namespace);
    }
}
