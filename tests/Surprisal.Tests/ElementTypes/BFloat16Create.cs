namespace Surprisal.Tests.ElementTypes;

/// <summary>The conversions that only generic code can call.</summary>
internal static class BFloat16Create
{
    public static BFloat16 Checked<T>(T value) where T : INumberBase<T> => Checked<BFloat16, T>(value);

    public static BFloat16 Saturating<T>(T value) where T : INumberBase<T> => Saturating<BFloat16, T>(value);

    public static BFloat16 Truncating<T>(T value) where T : INumberBase<T> => Truncating<BFloat16, T>(value);

    private static TResult Checked<TResult, T>(T value) where T : INumberBase<T> where TResult : INumberBase<TResult> => TResult.CreateChecked(value);

    private static TResult Saturating<TResult, T>(T value) where T : INumberBase<T> where TResult : INumberBase<TResult> => TResult.CreateSaturating(value);

    private static TResult Truncating<TResult, T>(T value) where T : INumberBase<T> where TResult : INumberBase<TResult> => TResult.CreateTruncating(value);
}
