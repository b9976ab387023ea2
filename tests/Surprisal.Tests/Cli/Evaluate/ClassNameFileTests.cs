using System.Text;
using Surprisal.Cli.Evaluate;

namespace Surprisal.Tests.Cli.Evaluate;

public sealed class ClassNameFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\nb\n")]
    [InlineData("a\r\nb\r\n")]
    [InlineData("\uFEFFa\nb\n")]
    public void NamesAreLines(string text)
    {
        File.WriteAllText(path, text, new UTF8Encoding(false));
        Assert.Equal(["a", "b"], ClassNameFile.Read(path, 2));
    }

    [Fact]
    public void CommasAndBlanksInsideAreKept()
    {
        File.WriteAllText(path, "a, b c\n鱼\n");
        Assert.Equal(["a, b c", "鱼"], ClassNameFile.Read(path, 2));
    }

    [Theory]
    [InlineData("a\n\nb\n", "line 2 is blank; the name of class 1 was expected.")]
    [InlineData("a\n \n", "line 2 is blank; the name of class 1 was expected.")]
    [InlineData("a\nb\na\n", "line 3 is 'a', as line 1; each class has a name of its own.")]
    [InlineData("a\nb\u0007\n", "line 2 has a control character; a name has none.")]
    public void WhatIsNoNameIsRefusedWithItsLine(string text, string message)
    {
        File.WriteAllText(path, text);
        Assert.Equal($"{path}: {message}", Assert.Throws<InvalidDataException>(() => ClassNameFile.Read(path, 3)).Message);
    }

    [Theory, InlineData("a\n", "1 name"), InlineData("a\nb\nc\n", "3 names"), InlineData("", "0 names")]
    public void AnotherNumberOfNamesIsRefused(string text, string names)
    {
        File.WriteAllText(path, text);
        Assert.Equal($"{path} has {names}, but there are 2 classes; one a class was expected.",
            Assert.Throws<InvalidDataException>(() => ClassNameFile.Read(path, 2)).Message);
    }
}
