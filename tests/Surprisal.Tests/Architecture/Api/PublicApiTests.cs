namespace Surprisal.Tests.Architecture;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one() => Approved.Check("docs/api/Surprisal.txt", PublicApi.Describe(typeof(Tensor).Assembly));

    [Fact]
    public void The_public_api_of_columns_is_the_approved_one() =>
        Approved.Check("docs/api/Surprisal.Columnar.txt", PublicApi.Describe(typeof(Surprisal.Columnar.ColumnarFile).Assembly));

    [Fact]
    public void The_public_api_of_ranks_is_the_approved_one() =>
        Approved.Check("docs/api/Surprisal.Mpi.txt", PublicApi.Describe(typeof(Surprisal.Mpi.Communicator).Assembly));

    [Fact]
    public void The_public_api_of_gpus_is_the_approved_one() =>
        Approved.Check("docs/api/Surprisal.Cuda.txt", PublicApi.Describe(typeof(Surprisal.Cuda.CudaException).Assembly));

    [Fact]
    public void Members_are_written_as_in_csharp()
    {
        var text = PublicApi.Describe([typeof(ApiSpecimen<>), typeof(ApiView), typeof(ApiChoice), typeof(ApiPoint)]);
        Assert.Equal("""
            namespace Surprisal.Tests.Architecture

            public enum ApiChoice
                None = 0
                All = 2

            public sealed record ApiPoint
                ApiPoint(int X, string? Name = null)
                string? Name { get; init; }
                int X { get; init; }

            public abstract class ApiSpecimen<T> : IDisposable where T : unmanaged, INumber<T>
                protected ApiSpecimen(ApiChoice choice = ApiChoice.All)
                const int Limit = 3
                T this[Index at] { get; }
                IReadOnlyList<(string Name, T? Value)> Pairs { get; }
                double Rate { get; set; }
                void Dispose()
                protected abstract TOut? Map<TOut>(in ReadOnlySpan<T> x, out int n, bool deep = false, double s = 0.5, params string[] names) where TOut : class
                static ApiSpecimen<T> operator +(ApiSpecimen<T> left, ApiSpecimen<T> right)

            public readonly ref struct ApiView
                ApiView()
                readonly int Length
                static ApiView Empty { get; }

            """.ReplaceLineEndings("\n"), text);
    }
}

/// <summary>A type with a member of each kind, for the test above.</summary>
public abstract class ApiSpecimen<T> : IDisposable where T : unmanaged, INumber<T>
{
    public const int Limit = 3;
    protected ApiSpecimen(ApiChoice choice = ApiChoice.All) => Rate = (int)choice;
    public double Rate { get; set; }
    public IReadOnlyList<(string Name, T? Value)> Pairs { get; private protected set; } = [];
    public T this[Index at] => Pairs[at].Value ?? T.Zero;
    protected abstract TOut? Map<TOut>(in ReadOnlySpan<T> x, out int n, bool deep = false, double s = 0.5, params string[] names) where TOut : class;
    public static ApiSpecimen<T> operator +(ApiSpecimen<T> left, ApiSpecimen<T> right) => left ?? right;
    public void Dispose() => GC.SuppressFinalize(this);
    public override string ToString() => "";
}

public readonly ref struct ApiView
{
    public readonly int Length;
    public static ApiView Empty => default;
    public ApiView() => Length = 1;
}

public enum ApiChoice
{
    None,
    All = 2,
}

public sealed record ApiPoint(int X, string? Name = null);
