using System.Numerics;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

public sealed class ClassTargetsTests
{
    [Fact]
    public void Every_integer_type_counts_and_reads_as_one_by_one()
    {
        var random = new Random(1);
        for (var length = 0; length < 70; length++)
            foreach (var ignored in new[] { -100L, 3, 0, -1, 9, int.MinValue, (long)int.MaxValue + 4, long.MinValue, long.MaxValue })
            {
                Compare<long>(random, length, ignored);
                Compare<int>(random, length, ignored);
                Compare<short>(random, length, ignored);
                Compare<byte>(random, length, ignored);
                Compare<uint>(random, length, ignored);
                Compare<ulong>(random, length, ignored);
                Compare<Int128>(random, length, ignored);
            }
    }

    [Fact]
    public void A_target_that_is_no_class_is_found_wherever_it_is()
    {
        foreach (var wrong in new[] { -1L, 10, -100, int.MaxValue, int.MinValue, 4_294_967_296, long.MaxValue, long.MinValue })
            for (var at = 0; at < 40; at++)
            {
                var targets = new long[40];
                targets[at] = wrong;
                Assert.False(ClassTargets.TryCount<long>(targets, 10, 5, out _));
                Assert.True(ClassTargets.TryCount<long>(targets, 10, wrong, out var count));
                Assert.Equal(39, count);
                if (wrong != (int)wrong) continue;
                Assert.False(ClassTargets.TryCount<int>([.. targets.Select(target => (int)target)], 10, 5, out _));
            }
    }

    [Fact]
    public void A_value_that_does_not_fit_into_long_is_no_class_and_never_the_ignored_one()
    {
        foreach (var ignored in new[] { -1, -100, long.MaxValue, long.MinValue, long.MinValue + 1 })
        {
            foreach (var wrong in new[] { 1UL << 63, (1UL << 63) + 1, (1UL << 63) + 2, ulong.MaxValue - 99, ulong.MaxValue })
                Assert.False(ClassTargets.TryCount<ulong>([wrong, 1], 10, ignored, out _));
            foreach (var wrong in new[] { Int128.MaxValue, Int128.MinValue, (Int128)long.MaxValue + 1, (Int128)long.MinValue - 1, (Int128)1 << 64 })
                Assert.False(ClassTargets.TryCount<Int128>([wrong, 1], 10, ignored, out _));
            foreach (var wrong in new[] { UInt128.MaxValue, (UInt128)1 << 64, ((UInt128)1 << 64) + 1 })
                Assert.False(ClassTargets.TryCount<UInt128>([wrong, 1], 10, ignored, out _));
        }
        Assert.True(ClassTargets.TryCount<ulong>([long.MaxValue, 1], 10, long.MaxValue, out var count));
        Assert.Equal(1, count);
    }

    [Fact]
    public void An_ignored_value_that_a_type_does_not_have_is_none_of_its_values()
    {
        Narrow<byte>(-100, 156);
        Narrow<byte>(300, 44);
        Narrow<sbyte>(156, -100);
        Narrow<ushort>(-100, ushort.MaxValue - 99);
        Narrow<short>(65_436, -100);
        Narrow<uint>(-100, uint.MaxValue - 99);
        Narrow<int>(4_294_967_196, -100);
        Narrow<ulong>(-100, ulong.MaxValue - 99);
        Narrow<nuint>(-100, nuint.MaxValue - 99);
        Narrow<char>(-100, (char)65_436);
        Narrow<UInt128>(-100, UInt128.MaxValue - 99);
    }

    private static void Narrow<T>(long ignored, T alike) where T : unmanaged, IBinaryInteger<T>
    {
        Assert.False(ClassTargets.TryCount<T>([alike, T.One], 10, ignored, out _));
        Assert.False(ClassTargets.IsIgnoredValue(alike, ignored));
        Assert.True(ClassTargets.IsIgnoredValue(T.One, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.CountTargets<T>(new[] { T.One, alike }, 10, ignored));
    }

    private static void Compare<T>(Random random, int length, long ignored) where T : unmanaged, IBinaryInteger<T>
    {
        T[] targets = [.. Enumerable.Range(0, length).Select(_ => random.Next(4) == 0 ? T.CreateTruncating(ignored) : T.CreateTruncating(random.Next(10)))];
        bool IsIgnored(T target) => BigInteger.CreateChecked(target) == ignored;
        bool IsClass(T target) => target >= T.Zero && target < T.CreateChecked(10);
        var isValid = ClassTargets.TryCount<T>(targets, 10, ignored, out var count);
        Assert.Equal(targets.All(target => IsIgnored(target) || IsClass(target)), isValid);
        if (!isValid) return;
        Assert.Equal(targets.Count(target => !IsIgnored(target)), count);
        var classes = new int[length];
        Assert.Equal(targets.Any(IsIgnored), ClassTargets.Read<T>(targets, ignored, classes));
        Assert.Equal([.. targets.Select(target => IsIgnored(target) ? -1 : int.CreateChecked(target))], classes);
    }
}
