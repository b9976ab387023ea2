namespace Surprisal.Cuda;

/// <summary>
/// cuBLAS with a handle and a workspace of one stream, so that its sums are the same in each run on one card and version.
/// </summary>
internal sealed unsafe class CudaBlas : IBlas
{
    /// <summary>Bytes of the workspace: what its makers recommend for cards of compute capability 9.0, and for the others.</summary>
    public const long LargeWorkspace = 32 << 20, Workspace = 4 << 20;

    private const int Single = 68, Double = 70, SingleOfTf32 = 77, NoReducedSums = 16, AnyAlgorithm = -1;

    private readonly BlasLibrary library;
    private readonly CudaContext context;
    private readonly nint handle;

    /// <exception cref="CudaException">An error of cuBLAS; nothing is left behind.</exception>
    public CudaBlas(BlasLibrary library, CudaContext context, nint stream, ulong workspace, long bytes)
    {
        (this.library, this.context) = (library, context);
        using var scope = context.Enter();
        nint created;
        Check(library.Create(&created), "cublasCreate");
        handle = created;
        try
        {
            Check(library.SetStream(handle, stream), "cublasSetStream");
            Check(library.SetWorkspace(handle, workspace, (nuint)bytes), "cublasSetWorkspace"); // after the stream, which resets it
            Check(library.SetMathMode(handle, NoReducedSums), "cublasSetMathMode");
        }
        catch (CudaException)
        {
            library.Destroy(handle);
            throw;
        }
    }

    public void Multiply(in BlasProduct product)
    {
        var isDouble = product.C.Type.IsDouble;
        var (alpha, beta) = (product.Alpha, product.Adds ? 1.0 : 0.0);
        var (alphaInFloat, betaInFloat) = ((float)alpha, (float)beta);
        var (a, b, c) = (product.A, product.B, product.C);
        var compute = isDouble ? Double : product.MayRound && a.Type.Size == 4 ? SingleOfTf32 : Single;
        using var scope = context.Enter();
        Check(library.Multiply(handle, a.IsTransposed ? 1 : 0, b.IsTransposed ? 1 : 0, product.M, product.N, product.K,
            isDouble ? (void*)&alpha : &alphaInFloat, a.Start, TypeOf(a), a.Pitch, b.Start, TypeOf(b), b.Pitch,
            isDouble ? (void*)&beta : &betaInFloat, c.Start, TypeOf(c), c.Pitch, compute, AnyAlgorithm), "cublasGemmEx");
    }

    /// <summary>Gives the handle back, in the context that is current.</summary>
    public void Close() => library.Destroy(handle);

    /// <summary>Its number of an element type.</summary>
    private static int TypeOf(BlasMatrix matrix) => matrix.Type.Index switch
    {
        0 => 0, // float
        1 => 1, // double
        2 => 2, // Half
        _ => 14, // BFloat16
    };

    private static void Check(int status, string call)
    {
        if (status == 0) return;
        var name = BlasLibrary.NameOf(status);
        throw new CudaException($"{call}: {name} ({status}); CudaProducts.Own multiplies without cuBLAS.", status, name);
    }
}
