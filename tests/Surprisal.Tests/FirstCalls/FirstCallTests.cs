using MyProgram;

namespace Surprisal.Tests.FirstCalls;

/// <summary>The calls that a newcomer writes first, compiled by the compiler and run.</summary>
public sealed class FirstCallTests
{
    public static TheoryData<string> Calls { get; } = [.. FirstCall.All.Keys];

    [Theory, MemberData(nameof(Calls))]
    public void GivesWhatThePageSays(string code)
    {
        var call = FirstCall.All[code];
        var outcome = call.Outcome();
        Assert.True(call.Fits(outcome), $"{code}\nexpected {call.Expected}\n but was {outcome}");
    }

    [Fact]
    public void ThereAreSixtyAndMore() => Assert.InRange(FirstCall.All.Count, 60, int.MaxValue);

    [Fact]
    public void ARowThatSaysAnythingElseIsFound()
    {
        var call = new FirstCall("1 + 1", "3");
        Assert.Equal("2", call.Outcome());
        Assert.False(call.Fits("2"));
        Assert.True((call with { Expected = "CS1: ... one ... two..." }).Fits("CS1: the one and two more"));
    }

    [Fact]
    public void UsingsInsideTheNamespaceDecideBetweenTheTwoTensors()
    {
        Assert.Equal([1f, 2f], TwoTensors.Weights.ToArray());
        Assert.Equal(3, TwoTensors.View([1, 2, 3]).FlattenedLength);
    }
}
