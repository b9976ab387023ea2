using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Convolution and its three gradients against seven loops in double.</summary>
[Collection(Serial.Name)]
public sealed unsafe class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int, int, int, int, int> Shapes() => new()
    {
        { 1, 1, 3, 3, 1, 1, 1, 1, 0 }, { 2, 3, 5, 6, 4, 3, 3, 1, 1 }, { 2, 2, 7, 5, 3, 3, 2, 1, 0 }, { 1, 2, 8, 8, 3, 3, 3, 2, 1 }, { 3, 1, 9, 7, 2, 5, 5, 2, 2 },
        { 9, 2, 6, 6, 3, 2, 2, 2, 0 }, { 17, 1, 4, 4, 2, 3, 3, 1, 2 }, { 2, 1, 3, 3, 2, 3, 3, 1, 0 }, { 1, 1, 2, 2, 1, 4, 4, 1, 3 }, { 1, 1, 10, 4, 1, 3, 1, 3, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_match_loops(int n, int c, int h, int w, int o, int kh, int kw, int stride, int padding)
    {
        var s = new ConvolutionShape(n, c, h, w, o, kh, kw, stride, padding);
        Check<float>(s, 1e-5);
        Check<double>(s, 1e-12);
    }

    [Fact]
    public void One_thread_and_several_give_the_same_bits()
    {
        var s = new ConvolutionShape(20, 4, 20, 20, 8, 3, 3, 1, 1);
        var one = Serial.On(1, () => Run<float>(s));
        var four = Serial.On(4, () => Run<float>(s));
        Assert.Equal(one.Y, four.Y);
        Assert.Equal(one.Dx, four.Dx);
        Assert.Equal(one.Dw, four.Dw);
        Assert.Equal(one.Db, four.Db);
    }

    [Fact]
    public void Without_images_the_weight_gradient_is_zero()
    {
        var s = new ConvolutionShape(0, 1, 3, 3, 1, 2, 2, 1, 0);
        var x = new float[1];
        float[] dw = [1, 2, 3, 4];
        fixed (float* px = x, pdw = dw) Convolution.WeightGradient(s, px, px, pdw);
        Assert.Equal([0f, 0, 0, 0], dw);
    }

    private static void Check<T>(ConvolutionShape s, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var r = Run<T>(s);
        var (y, dx, dw, db) = (new double[r.Y.Length], new double[r.X.Length], new double[r.W.Length], new double[s.O]);
        for (var n = 0; n < s.N; n++)
        for (var o = 0; o < s.O; o++)
        for (var oh = 0; oh < s.Oh; oh++)
        for (var ow = 0; ow < s.Ow; ow++)
        {
            var to = ((n * s.O + o) * s.Oh + oh) * s.Ow + ow;
            var g = double.CreateChecked(r.Dy[to]);
            db[o] += g;
            y[to] += double.CreateChecked(r.B[o]);
            for (var c = 0; c < s.C; c++)
            for (var kh = 0; kh < s.Kh; kh++)
            for (var kw = 0; kw < s.Kw; kw++)
            {
                var (h, w) = (oh * s.Stride + kh - s.Padding, ow * s.Stride + kw - s.Padding);
                if (h < 0 || h >= s.H || w < 0 || w >= s.W) continue;
                var (pixel, weight) = (((n * s.C + c) * s.H + h) * s.W + w, ((o * s.C + c) * s.Kh + kh) * s.Kw + kw);
                y[to] += double.CreateChecked(r.X[pixel]) * double.CreateChecked(r.W[weight]);
                dx[pixel] += g * double.CreateChecked(r.W[weight]);
                dw[weight] += g * double.CreateChecked(r.X[pixel]);
            }
        }
        Close(y, r.Y, tolerance, "output");
        Close(dx, r.Dx, tolerance, "input gradient");
        Close(dw, r.Dw, tolerance, "weight gradient");
        Close(db, r.Db, tolerance, "bias gradient");
        var bare = new T[r.Y.Length];
        fixed (T* px = r.X, pw = r.W, py = bare) Convolution.Forward(s, px, pw, null, py);
        for (var i = 0; i < y.Length; i++) y[i] -= double.CreateChecked(r.B[i / s.Pixels % s.O]);
        Close(y, bare, tolerance, "output without bias");
    }

    private static (T[] X, T[] W, T[] B, T[] Dy, T[] Y, T[] Dx, T[] Dw, T[] Db) Run<T>(ConvolutionShape s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] Random(int length, int seed) => Tensor.Randn<T>([length], seed).ToArray();
        var (x, w, b, dy) = (Random(s.N * s.InputImage, 1), Random(s.O * s.Depth, 2), Random(s.O, 3), Random(s.N * s.OutputImage, 4));
        var (y, dx, dw, db) = (Random(dy.Length, 5), Random(x.Length, 6), Random(w.Length, 7), Random(s.O, 8)); // old numbers must be overwritten
        fixed (T* px = x, pw = w, pb = b, pdy = dy, py = y, pdx = dx, pdw = dw, pdb = db)
        {
            Convolution.Forward(s, px, pw, pb, py);
            Convolution.InputGradient(s, pdy, pw, pdx);
            Convolution.WeightGradient(s, px, pdy, pdw);
            Convolution.BiasGradient(s, pdy, pdb);
        }
        return (x, w, b, dy, y, dx, dw, db);
    }

    private static void Close<T>(double[] expected, T[] actual, double tolerance, string what) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - double.CreateChecked(actual[i])) <= tolerance * (1 + Math.Abs(expected[i])), $"{what}[{i}] is {actual[i]:R}, expected {expected[i]:R}.");
    }
}
