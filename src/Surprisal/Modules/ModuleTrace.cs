namespace Surprisal.Modules;

/// <summary>What a model does with a batch in evaluation: the operations that it runs, in their order.</summary>
internal static class ModuleTrace
{
    /// <summary>Runs the model; every module has the mode that it had, afterwards.</summary>
    /// <param name="model">What to run.</param>
    /// <param name="input">A batch.</param>
    /// <param name="watcher">Is told the name and the result of every operation, those without a counterpart in ONNX too.</param>
    public static (OperationTrace Trace, Tensor<float> Output) Run(
        Module model, Tensor<float> input, Action<string, Tensor>? watcher = null)
    {
        var (trace, training) = (new OperationTrace(),
            model.NamedModules().Select(static named => named.Module).Where(static module => module.IsTraining).ToList());
        using var scope = Tensor.NoGrad();
        try
        {
            model.Eval();
            (OperationTrace.Current, Tape.Watcher) = (trace, watcher);
            return (trace, model.Forward(input));
        }
        finally
        {
            (OperationTrace.Current, Tape.Watcher) = (null, null);
            foreach (var module in training) module.IsTraining = true;
        }
    }
}
