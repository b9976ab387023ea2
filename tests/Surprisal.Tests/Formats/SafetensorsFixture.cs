namespace Surprisal.Tests.Training;

/// <summary>The tensors that safetensors.py writes, and files to try things on.</summary>
internal static class SafetensorsFixture
{
    public static Dictionary<string, Tensor> Tensors { get; } = new(StringComparer.Ordinal)
    {
        ["pixels"] = Tensor.Create<byte>([0, 128, 255], [3, 1]),
        ["größe"] = Tensor.Create<byte>([9]),
        ["tiny"] = Tensor.Create<sbyte>([-128, 127]),
        ["short"] = Tensor.Create<short>([-32768, 0, 32767]),
        ["half"] = Tensor.Create<Half>([(Half)0.5f, (Half)(-2f)]),
        ["counts"] = Tensor.Create<int>([int.MinValue, 7], [1, 2]),
        ["a \"quoted\" name"] = Tensor.Create<float>([1, 2, 3]),
        ["a.weight"] = Tensor.Create<float>(
            [0.5f, -0f, float.PositiveInfinity, float.Epsilon, float.MaxValue, BitConverter.UInt32BitsToSingle(0x7FC00001)], [2, 3]),
        ["empty"] = Tensor.Zeros<float>([0, 4]),
        ["scale"] = Tensor.Scalar(0.1),
        ["targets"] = Tensor.Create<long>([long.MinValue, long.MaxValue]),
    };

    public static Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal) { ["format"] = "pt", ["classes"] = "cat\ndog" };

    public static Dictionary<string, Tensor> Only(string name, Tensor tensor) => new(StringComparer.Ordinal) { [name] = tensor };

    public static byte[] Embedded(string name)
    {
        using var stream = typeof(SafetensorsFixture).Assembly.GetManifestResourceStream("Formats/" + name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Type, shape and bits, so that NaN equals itself and -0 differs from 0.</summary>
    public static string Describe(Tensor tensor) => tensor switch
    {
        Tensor<byte> t => Describe(t),
        Tensor<sbyte> t => Describe(t),
        Tensor<short> t => Describe(t),
        Tensor<int> t => Describe(t),
        Tensor<long> t => Describe(t),
        Tensor<Half> t => Describe(t),
        Tensor<float> t => Describe(t),
        Tensor<double> t => Describe(t),
        _ => throw new ArgumentException(tensor.ElementName, nameof(tensor)),
    };

    private static string Describe<T>(Tensor<T> tensor) where T : unmanaged, INumber<T> =>
        $"{tensor.ElementName} {tensor.Shape} " +
        $"{Convert.ToHexStringLower(System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.AsReadOnlySpan()))}";
}
