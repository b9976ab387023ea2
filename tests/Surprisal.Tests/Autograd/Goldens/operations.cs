#:package TorchSharp-cpu@0.107.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// Writes operations.json: what libtorch answers for the operations, and for their gradients.
//
// Written with TorchSharp-cpu 0.107.0 (libtorch 2.10.0, CPU) on Linux. Copy this file out of the repository, whose settings are not for it, then:
//     dotnet build operations.cs -o out && dotnet out/operations.dll > operations.json
// Each case holds the operation, the arguments, the inputs, the output, and where a gradient passes an upstream gradient, those of the inputs and the
// name of grad_fn, which TorchSharp does not show: it is read from the type of the node in memory (Itanium ABI). Inputs are multiples of 1/8, so that
// some are equal and the file stays short; each case is there in float32 and in float64.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

const double NaN = double.NaN, Inf = double.PositiveInfinity;
var random = new Random(20);
var cases = new List<string>();
_ = zeros(1);
var library = NativeLibrary.Load(File.ReadLines("/proc/self/maps").First(line => line.EndsWith("libtorch_cpu.so", StringComparison.Ordinal)).Split(' ')[^1]);
var gradFnOf = NativeLibrary.GetExport(library, "_ZNK2at10TensorBase7grad_fnEv");

// Sizes around a block of 16 floats or 8 doubles, several dimensions, none, nothing.
long[][] shapes = [[], [1], [7], [8], [9], [15], [16], [17], [33], [3, 7], [2, 3, 4], [0, 3]];
double[] specials = [0, -0.0, 1, -1, 0.5, -0.5, 3, -3, 1e-30, -1e-30, 30, -30, Inf, -Inf, NaN];

foreach (var shape in shapes.Append([-1]))
{
    var x = shape is [-1] ? Values(specials) : Numbers(shape);
    Case("abs", t => t[0].abs(), [x]);
    Case("sign", t => t[0].sign(), [x]);
    Case("erf", t => t[0].erf(), [x]);
    Case("log1p", t => t[0].log1p(), [shape is [-1] ? x : x.abs() - 0.5]);
}

// Two operands: every pair of specials, and shapes that broadcast.
var (left, right) = (Values(specials).reshape(15, 1).expand(15, 15).contiguous(), Values(specials).expand(15, 15).contiguous());
List<(Tensor A, Tensor B)> pairs = [(left, right)];
foreach (var (a, b) in new (long[], long[])[]
    { ([], []), ([17], [17]), ([3, 4], [4]), ([2, 1], [1, 3]), ([], [5]), ([4], []), ([2, 1, 9], [3, 1]), ([0, 3], [3]), ([3, 1], [1, 0]),
        ([1, 1, 1], [4]) })
    pairs.Add((Numbers(a), Numbers(b)));
foreach (var (a, b) in pairs)
{
    Case("maximum", t => maximum(t[0], t[1]), [a, b]);
    Case("minimum", t => minimum(t[0], t[1]), [a, b]);
    Case("equal", t => t[0].eq(t[1]), [a, b]);
    Case("notEqual", t => t[0].ne(t[1]), [a, b]);
    Case("less", t => t[0].lt(t[1]), [a, b]);
    Case("lessEqual", t => t[0].le(t[1]), [a, b]);
    Case("greater", t => t[0].gt(t[1]), [a, b]);
    Case("greaterEqual", t => t[0].ge(t[1]), [a, b]);
    Case("where", t => where(t[0].gt(0), t[0], t[1]), [a, b]);
}

foreach (var x in new[] { Values(specials), Numbers(17), Numbers(3, 7), Numbers(0, 3), Numbers() })
    foreach (var (low, high) in new (double?, double?)[] { (-1, 1), (0, null), (null, 0.5), (1, -1), (NaN, 1), (-1, NaN), (-Inf, Inf), (0, 0) })
        Case("clamp", t => t[0].clamp(low, high), [x], ("min", low), ("max", high));
foreach (var (x, low, high) in new[]
    { (Cube(0), Cube(1), Cube(2)),
        (Numbers(4, 5), Numbers(5), Numbers(4, 1)), (Numbers(17), Numbers(17), Numbers(17)), (Numbers(2, 3), Numbers(2, 1), Numbers()) })
{
    Case("clampTensors", t => t[0].clamp(t[1], t[2]), [x, low, high]);
    Case("clampTensorMin", t => t[0].clamp(min: t[1]), [x, low]);
    Case("clampTensorMax", t => t[0].clamp(max: t[1]), [x, high]);
}

// Reductions: whole, along each dimension, over several.
Tensor[] reduced = [Numbers(), Numbers(1), Numbers(5), Numbers(17), Numbers(3, 4), Numbers(2, 9, 3), Values(1, NaN, 3, NaN),
    Values(2, Inf, -1), Values(Inf, -Inf, 0), Values(3, 3, 3), Values(0, -0.0, 0), Values(5, 1, 5, 1, 1).reshape(5, 1)];
foreach (var x in reduced)
{
    Case("max", t => t[0].max(), [x]);
    Case("min", t => t[0].min(), [x]);
    Case("argMin", t => t[0].argmin(), [x]);
    foreach (var unbiased in new[] { true, false })
    {
        long[] all = [.. Enumerable.Range(0, (int)x.dim())]; // without dimensions TorchSharp forgets the argument
        Case("var", t => t[0].var(all, unbiased), [x], ("correction", unbiased ? 1 : 0));
        Case("std", t => t[0].std(unbiased), [x], ("correction", unbiased ? 1 : 0));
    }
    foreach (var p in x.numel() > 17 ? [2, 3, Inf] : new[] { 2, 1, 0, 3, 1.5, 0.5, -1, -2, Inf, -Inf })
        Case("norm", t => linalg.vector_norm(t[0], p), [x], ("p", p));
    for (var dim = x.dim() > 1 ? 0 : -1; dim < Math.Max(1, x.dim()); dim++)
    {
        var keep = dim == 0;
        (string, object?)[] at = [("dim", dim), ("keepDim", keep)];
        long[] dims = [dim];
        Case("minAlong", t => t[0].min(dim, keep).values, [x], at);
        Case("argMinAlong", t => t[0].argmin(dim, keep), [x], at);
        Case("cumSum", t => t[0].cumsum(dim), [x], ("dim", dim));
        Case("varAlong", t => t[0].var(dims, false, keep), [x], [.. at, ("correction", 0)]);
        Case("stdAlong", t => t[0].std(dims, true, keep), [x], [.. at, ("correction", 1)]);
        Case("normAlong", t => linalg.vector_norm(t[0], 2, dims, keep), [x], [.. at, ("p", 2)]);
        foreach (var descending in new[] { false, true })
        {
            Indexed("sort", t => t[0].sort(dim, descending, true), [x], ("dim", dim), ("descending", descending));
        }
    }
}
foreach (var (shape, dims) in new (long[], long[])[]
    { ([3, 4], [0, 1]), ([2, 3, 5], [0, 2]), ([2, 3, 5], [-1, 1]), ([2, 3, 2, 4], [0, 2, 3]), ([2, 3, 2, 4], [1, 3]), ([2, 17, 3], [1]),
        ([2, 0, 3], [1, 2]), ([2, 1, 3], [0, 1]) })
    foreach (var keep in new[] { false, true })
    {
        var x = Numbers(shape);
        (string, object?)[] over = [("dims", dims), ("keepDim", keep)];
        Case("sumOver", t => t[0].sum(dims, keep), [x], over);
        Case("meanOver", t => t[0].mean(dims, keep), [x], over);
        Case("varOver", t => t[0].var(dims, true, keep), [x], [.. over, ("correction", 1)]);
        Case("stdOver", t => t[0].std(dims, true, keep), [x], [.. over, ("correction", 1)]);
        foreach (var p in new[] { 2, 3 }) Case("normOver", t => linalg.vector_norm(t[0], p, dims, keep), [x], [.. over, ("p", p)]);
        if (x.numel() > 0) Case("normOver", t => linalg.vector_norm(t[0], Inf, dims, keep), [x], [.. over, ("p", Inf)]);
    }

// The k largest of different numbers: of equal ones PyTorch promises nothing.
foreach (var (shape, dim, k) in new (long[], int, int)[]
    { ([7], 0, 3), ([7], -1, 7), ([7], 0, 0), ([3, 5], 1, 2), ([3, 5], 0, 3), ([2, 9, 3], 1, 4), ([33], 0, 1), ([33], 0, 32),
        ([], 0, 1), ([0], 0, 0), ([2, 0], 0, 1) })
    foreach (var largest in new[] { true, false })
    {
        var x = (Tensor)(randperm(Math.Max(1, shape.Aggregate(1L, (a, b) => a * b)), dtype: ScalarType.Float64, generator: new Generator(7)) * 0.5 - 2);
        x = shape.Contains(0) ? Numbers(shape) : x.reshape(shape);
        Indexed("topK", t => t[0].topk(k, dim, largest), [x], ("k", k), ("dim", dim), ("largest", largest));
    }
foreach (var largest in new[] { true, false })
    Case("topK", t => t[0].topk(5, 0, largest).values, [Values(1, NaN, -Inf, Inf, 2, 0.5)], ("k", 5), ("dim", 0), ("largest", largest));

foreach (var (shape, count, dim) in new (long[], int, int)[]
    { ([], 3, 0), ([], 1, -1), ([4], 2, 0), ([4], 2, 1), ([2, 3], 3, -1), ([2, 3], 2, 1), ([0, 3], 2, 2) })
    Case("stack", t => stack(t, dim), [.. Enumerable.Range(0, count).Select(_ => Numbers(shape))], ("dim", dim));
foreach (var (shape, size, dim) in new (long[], long, int)[] { ([5], 2, 0), ([4, 3], 2, 0), ([4, 3], 2, 1), ([2, 7, 3], 3, -2), ([0, 3], 0, 0),
    ([0, 3], 2, 0), ([3], 9, 0) })
    for (var part = 0; part < Numbers(shape).split(size, dim).Length; part++)
        Case("split", t => t[0].split(size, dim)[part], [Numbers(shape)], ("size", size), ("dim", dim), ("part", part));
foreach (var (shape, sizes, dim) in new (long[], long[], int)[] { ([5], [1, 4], 0), ([4, 3], [0, 3, 1], 0), ([4, 3], [2, 1], 1), ([2, 7, 3], [3, 0, 4], 1) })
    for (var part = 0; part < sizes.Length; part++)
        Case("splitSizes", t => t[0].split(sizes, dim)[part], [Numbers(shape)], ("sizes", sizes), ("dim", dim), ("part", part));
foreach (var (shape, dim, index) in new (long[], int, long[])[]
    { ([5], 0, [4, 0, 0, 2]), ([5], 0, []), ([3, 4], 0, [2, 2, 2]), ([3, 4], -1, [3, 0]), ([2, 3, 17], 1, [1, 1, 0, 2]), ([], 0, [0]),
        ([2, 0], 0, [1, 0, 1]) })
    Case("indexSelect", t => t[0].index_select(dim, tensor(index)), [Numbers(shape)], ("dim", dim), ("index", index));

foreach (var (a, b) in new (long[], long[])[]
    { ([3], [3]), ([17], [17]), ([0], [0]), ([2, 3], [3]), ([2], [2, 3]), ([2, 3], [3, 4]), ([5, 2, 3], [3]), ([3], [5, 3, 2]), ([2, 3], [5, 3, 4]),
        ([4, 1, 2, 3], [5, 3, 2]), ([5, 2, 3], [3, 4]), ([2, 0], [0]), ([2, 0], [0, 3]), ([0, 2, 3], [3]) })
    Case("matMul", t => t[0].matmul(t[1]), [Numbers(a), Numbers(b)]);
foreach (var (shape, to) in new (long[], long[])[] { ([3], [2, -1]), ([3, 1], [-1, 4]), ([], [2, 2]), ([1, 3], [2, 5, 3]), ([3, 1], [3, 0]) })
    Case("expand", t => t[0].expand(to), [Numbers(shape)], ("shape", to));
foreach (var (shape, dim) in new (long[], int)[] { ([2, 1, 3], 1), ([2, 1, 3], 0), ([1], -1), ([], 0) })
    Case("squeeze", t => t[0].squeeze(dim), [Numbers(shape)], ("dim", dim));

foreach (var (start, end, steps) in new[] { (0d, 1d, 5), (-0.5, 0.5, 11), (3, -4, 8), (2, 2, 3), (3, 5, 1), (3, 5, 0), (0, 100, 101), (-1, 1, 50) })
    Case("linspace", t => linspace(start, end, steps, ScalarType.Float64).to(t[0].dtype), [Values()], ("start", start), ("end", end), ("steps", steps));
foreach (var (n, m) in new[] { (3, 3), (2, 4), (4, 2), (0, 3), (0, 0) }) Case("eye", t => eye(n, m, t[0].dtype), [Values()], ("n", n), ("m", m));
foreach (var (start, end) in new[] { (0d, 5d), (-2.5, 2), (3, 3) })
    Case("arange", t => arange(start, end, 1, t[0].dtype), [Values()], ("start", start), ("end", end));

Console.WriteLine("{\"cases\": [\n" + string.Join(",\n", cases) + "\n]}");

void Case(string operation, Func<Tensor[], Tensor> f, Tensor[] inputs, params (string Name, object? Value)[] arguments) =>
    Indexed(operation, t => (f(t), null), inputs, arguments);

void Indexed(string operation, Func<Tensor[], (Tensor Values, Tensor? Indices)> f, Tensor[] inputs, params (string Name, object? Value)[] arguments)
{
    foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
    {
        var leaves = inputs.Select(x => x.detach().clone().to(type).requires_grad_()).ToArray();
        var (output, indices) = f(leaves);
        List<string> fields = [$"\"operation\":\"{operation}\"", $"\"dtype\":\"{type.ToString().ToLowerInvariant()}\"",
            $"\"arguments\":{{{string.Join(",", arguments.Where(a => a.Value is not null).Select(a => $"\"{a.Name}\":{Text(a.Value!)}"))}}}",
            $"\"inputs\":[{string.Join(",", leaves.Select(Record))}]", $"\"output\":{Record(output)}"];
        if (indices is not null) fields.Add($"\"indices\":{Record(indices)}");
        if (output.requires_grad && !output.is_leaf)
        {
            var upstream = ((Numbers(output.shape) + 0.25) / 2).to(type);
            output.backward([upstream]);
            fields.Add($"\"gradFn\":\"{GradFn(output)}\"");
            fields.Add($"\"upstream\":{Record(upstream)}");
            // norms for p = 0 have no gradient in PyTorch, which is 0 here
            fields.Add($"\"gradients\":[{string.Join(",", leaves.Select(x => Record(x.grad ?? zeros_like(x))))}]");
        }
        cases.Add("{" + string.Join(",", fields) + "}");
    }
}

unsafe string GradFn(Tensor x)
{
    var node = *((delegate* unmanaged<nint, nint*>)gradFnOf)(x.Handle); // a reference to a shared pointer
    var type = ((nint*)*(nint*)node)[-1];                               // in front of the virtual functions
    return Regex.Match(Marshal.PtrToStringUTF8(((nint*)type)[1])!, @"generated\d+(?<name>\w+)E$").Groups["name"].Value;
}

// every triple of seven numbers: the first, the second or the third of each
Tensor Cube(int place) => Values(0, 1, -1, 3, Inf, -Inf, NaN).reshape([.. Enumerable.Range(0, 3).Select(i => i == place ? 7L : 1)])
    .expand(7, 7, 7).contiguous();

Tensor Values(params double[] values) => tensor(values, dtype: ScalarType.Float64);

Tensor Numbers(params long[] shape) =>
    Values([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.Next(-20, 21) / 8.0)]).reshape(shape);

string Record(Tensor x)
{
    x = x.detach().contiguous();
    IEnumerable<string> values = x.numel() == 0 ? [] : x.dtype switch
    {
        ScalarType.Float32 => x.data<float>().ToArray().Select(value => Text(value)),
        ScalarType.Float64 => x.data<double>().ToArray().Select(value => Text(value)),
        ScalarType.Int64 => x.data<long>().ToArray().Select(value => Text(value)),
        _ => x.to(ScalarType.Byte).data<byte>().ToArray().Select(value => Text(value)),
    };
    return $"{{\"shape\":[{string.Join(",", x.shape)}],\"values\":[{string.Join(",", values)}]}}";
}

string Text(object value) => value switch
{
    long[] list => $"[{string.Join(",", list)}]",
    bool flag => flag ? "true" : "false",
    double number when !double.IsFinite(number) => $"\"{number.ToString(CultureInfo.InvariantCulture)}\"",
    float number when !float.IsFinite(number) => $"\"{number.ToString(CultureInfo.InvariantCulture)}\"",
    _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
};
