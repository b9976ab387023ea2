using System.Reflection;
using Surprisal.Training;

namespace Surprisal.Differential;

/// <summary>Whether everything public that computes has a case, or a reason why not.</summary>
internal static class Coverage
{
    private const string OneRow = "of one row what TensorInformation has of many";

    private static readonly Type[] functions =
    [
        typeof(TensorExtensions), typeof(IntegerTensorExtensions), typeof(Tensor), typeof(Tensor<>), typeof(Functional), typeof(TensorInformation),
        typeof(SpanFunctions), typeof(Information), typeof(GradientClipping),
    ];

    private static readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal)
    {
        ["TensorExtensions.op_AdditionAssignment"] = "with a number: the operator on tensors has a case",
        ["TensorExtensions.op_SubtractionAssignment"] = "with a number: the operator on tensors has a case",
        ["TensorExtensions.op_MultiplicationAssignment"] = "with a number: the operator on tensors has a case",
        ["Tensor.NoGrad"] = "computes nothing", ["Tensor.Step"] = "computes nothing", ["Tensor.Function"] = "what it computes is the caller's",
        ["Tensor.Create"] = "every case begins with it", ["Tensor.Wrap"] = "copies nothing",
        ["Tensor.Zeros"] = "no numbers but 0", ["Tensor.Ones"] = "no numbers but 1",
        ["Tensor.Full"] = "no numbers but the caller's", ["Tensor.Scalar"] = "no numbers but the caller's",
        ["Tensor.Rand"] = "random numbers are our own", ["Tensor.Randn"] = "random numbers are our own", ["Tensor.RandInt"] = "random numbers are our own",
        ["Tensor.RandPerm"] = "random numbers are our own",
        ["TensorOfT.AsMemory"] = "a view", ["TensorOfT.AsSpan"] = "a view", ["TensorOfT.AsReadOnlySpan"] = "a view",
        ["TensorOfT.AsReadOnlyTensorSpan"] = "a view", ["TensorOfT.AsTensorSpan"] = "a view", ["TensorOfT.ToArray"] = "every case ends with it",
        ["TensorOfT.Backward"] = "every case calls it",
        ["TensorOfT.Fill"] = "no numbers but the caller's", ["TensorOfT.Keep"] = "computes nothing", ["TensorOfT.RegisterHook"] = "computes nothing",
        ["TensorOfT.RetainGrad"] = "computes nothing", ["TensorOfT.ZeroGrad"] = "computes nothing", ["TensorOfT.op_Implicit"] = "copies weights",
        ["Training.OneCycleLr"] = "its numbers are PyTorch's table in OneCycleLrTests; libtorch has no schedules",
        ["Training.PlateauLr"] = "its numbers are PyTorch's rule in PlateauLrTests; libtorch has no schedules",
        ["Information.CrossEntropy"] = OneRow, ["Information.Entropy"] = OneRow, ["Information.KlDivergence"] = OneRow,
        ["Information.Perplexity"] = OneRow, ["Information.PerplexityOfLoss"] = OneRow, ["Information.SelfInformation"] = OneRow,
    };

    /// <summary>What is missing, a line each.</summary>
    public static IEnumerable<string> Problems()
    {
        var covered = EveryCase.All.Select(static of => of.Name).ToHashSet(StringComparer.Ordinal);
        var all = Members().ToHashSet(StringComparer.Ordinal);
        foreach (var name in all)
            if (!covered.Contains(name) && !reasons.ContainsKey(name))
                yield return $"{name} has no case in tests/Surprisal.Differential/Cases, and no reason in Coverage.";
        foreach (var name in covered)
            if (!all.Contains(name)) yield return $"{name} has a case, but is not public.";
        foreach (var name in reasons.Keys)
            if (!all.Contains(name) || covered.Contains(name)) yield return $"{name} needs no reason in Coverage.";
    }

    private static IEnumerable<string> Members()
    {
        foreach (var type in typeof(Loss).Assembly.GetExportedTypes().Where(static type => !type.IsAbstract))
            if (type.IsSubclassOf(typeof(Loss))) yield return type.Name;
            else if (type.IsSubclassOf(typeof(Surprisal.Modules.Module))) yield return $"Modules.{type.Name}";
            else if (type.IsSubclassOf(typeof(Optimizer)) || type.IsSubclassOf(typeof(Schedule))) yield return $"Training.{type.Name}";
        foreach (var type in functions)
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                if ((!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) &&
                    method.GetBaseDefinition().DeclaringType != typeof(object))
                    yield return $"{(type == typeof(Tensor<>) ? "TensorOfT" : type.Name)}.{method.Name}";
    }
}
