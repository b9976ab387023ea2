using System.Globalization;

namespace Surprisal.Cuda;

/// <content>Branches, loops, and what threads do together.</content>
internal sealed partial class PtxWriter
{
    private const string AllLanes = "0xffffffff";

    public void If(Predicate condition, Action then)
    {
        var end = Label();
        Line($"@!{condition.Name} bra {end}");
        then();
        Place(end);
    }

    public void If(Predicate condition, Action then, Action otherwise)
    {
        var (no, end) = (Label(), Label());
        Line($"@!{condition.Name} bra {no}");
        then();
        Line($"bra {end}");
        Place(no);
        otherwise();
        Place(end);
    }

    /// <summary>i = from, from + step, ... while it is below <paramref name="to"/>.</summary>
    public void For<T>(Whole<T> from, Whole<T> to, Whole<T> step, Action<Whole<T>> each) where T : struct, IFormat
    {
        var i = Variable(from);
        var (top, end) = (Label(), Label());
        Place(top);
        Line($"@{(i >= to).Name} bra {end}");
        each(i);
        Set(i, i + step);
        Line($"bra {top}");
        Place(end);
    }

    /// <summary>Four elements a thread, as many apart as a block has threads: handed over together where all are there.</summary>
    public void Four(int threads, Whole<U32> count, Action<Whole<U32>[]> each)
    {
        var first = Block() * (4 * threads) + Thread();
        Whole<U32>[] at = [first, first + threads, first + 2 * threads, first + 3 * threads];
        If(at[3] < count, () => each(at), () =>
        {
            foreach (var i in at) If(i < count, () => each([i]));
        });
    }

    /// <summary>Ends the thread where the condition holds.</summary>
    public void ReturnIf(Predicate condition) => Line($"@{condition.Name} ret");

    /// <summary>Waits for all threads of the block, and makes their writes seen.</summary>
    public void Barrier() => Line("bar.sync 0");

    /// <summary>The value of the lane whose number differs in the bits of <paramref name="mask"/>; every lane of the warp takes
    /// part.</summary>
    public Real<T> Across<T>(Real<T> value, int mask) where T : struct, IRealFormat =>
        Shuffle(value, "bfly.b32", mask.ToString(CultureInfo.InvariantCulture), "31", AllLanes);

    /// <inheritdoc cref="Across{T}(Real{T}, int)"/>
    public Whole<U32> Across(Whole<U32> value, int mask)
    {
        var to = Register(U32.Prefix);
        Line($"shfl.sync.bfly.b32 {to}, {value.Name}, {mask.ToString(CultureInfo.InvariantCulture)}, 31, {AllLanes}");
        return new(this, to);
    }

    /// <summary>
    /// The value of lane <paramref name="lane"/> of the thread's own eight lanes, which are the ones that take part.
    /// </summary>
    public Real<T> OfEight<T>(Real<T> value, int lane, Whole<U32> members) where T : struct, IRealFormat =>
        Shuffle(value, "idx.b32", lane.ToString(CultureInfo.InvariantCulture), "6175", members.Name);

    private Real<T> Shuffle<T>(Real<T> value, string how, string lane, string clamp, string members) where T : struct, IRealFormat
    {
        if (T.Size == 4)
        {
            var (from, to) = (Register(U32.Prefix), Register(U32.Prefix));
            Line($"mov.b32 {from}, {value.Name}");
            Line($"shfl.sync.{how} {to}, {from}, {lane}, {clamp}, {members}");
            var whole = Register(T.Prefix);
            Line($"mov.b32 {whole}, {to}");
            return new(this, whole);
        }
        var (low, high, lowTo, highTo) = (Register(U32.Prefix), Register(U32.Prefix), Register(U32.Prefix), Register(U32.Prefix));
        Line($"mov.b64 {{{low}, {high}}}, {value.Name}");
        Line($"shfl.sync.{how} {lowTo}, {low}, {lane}, {clamp}, {members}");
        Line($"shfl.sync.{how} {highTo}, {high}, {lane}, {clamp}, {members}");
        var result = Register(T.Prefix);
        Line($"mov.b64 {result}, {{{lowTo}, {highTo}}}");
        return new(this, result);
    }

    private string Label() => string.Create(CultureInfo.InvariantCulture, $"L{labels++}");

    private void Place(string label) => body.Append(label).Append(":\n");
}
