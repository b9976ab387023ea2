namespace Surprisal;

/// <summary>What the operations of a thread are made of, for those who write a model down in another language.</summary>
internal sealed class OperationTrace
{
    [ThreadStatic] private static OperationTrace? current;

    private readonly List<Operation> operations = [];

    /// <summary>Is told of every operation on this thread that has a name in ONNX; null, the default, is nobody.</summary>
    public static OperationTrace? Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>The operations, in the order in which they ran.</summary>
    public IReadOnlyList<Operation> Operations => operations;

    /// <summary>Notes an operation.</summary>
    public void Add(Operation operation) => operations.Add(operation);

    /// <summary>One operation: its name in ONNX, what came out, what went in (null for what was left out), and what it was told.</summary>
    public sealed record Operation(string Name, Tensor Output, IReadOnlyList<Tensor?> Inputs, object? Settings);
}
