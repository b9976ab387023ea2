namespace Surprisal.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Chain()
    {
        var x = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
        var t = Tensor.Create<long>([0, 1, 1]);
        var loss = new CrossEntropyLoss();
        var y = loss.Forward(x, t);
        y.Backward();
        Assert.Equal(0.5224f, y.Item(), 1e-4f);
        Assert.Equal([-0.7310586f / 3, 0.7310586f / 3], x.Grad![0].ToArray().Select(v => v).ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([1.3133f, 0.1269f, 0.1269f], (loss with { Reduction = Reduction.None }).Forward(x, t).ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
        var a = Tensor.Randn<float>([70, 130], 1); var b = Tensor.Randn<float>([130, 45], 2);
        var c = a.MatMul(b);
        for (int i = 0; i < 70; i++) for (int j = 0; j < 45; j++) { double s = 0; for (int k = 0; k < 130; k++) s += a.ToArray()[i * 130 + k] * b.ToArray()[k * 45 + j]; Assert.Equal(s, c[i][j].Item(), 1e-3); }
        Assert.Equal(1f, Tensor.Scalar(0f).Exp().Item());
        foreach (var v in new[] { -103.5, -80.0, -3, 0.001, 1, 20, 88.7 }) { Assert.Equal(Math.Exp(v), Tensor.Scalar((double)v).Exp().Item(), Math.Exp(v) * 4e-16); Assert.True(Math.Abs(Tensor.Scalar((float)v).Exp().Item() / Math.Exp((float)v) - 1) < (v < -87 ? 0.3 : 1.2e-7)); }
        foreach (var v in new[] { 1e-310, 1e-30, 0.7, 1.0001, 3, 1e30 }) { Assert.Equal(Math.Log(v), Tensor.Scalar(v).Log().Item(), Math.Abs(Math.Log(v)) * 4e-16); if (v > 1e-300) Assert.Equal(Math.Log((float)v), Tensor.Scalar((float)v).Log().Item(), Math.Abs(Math.Log((float)v)) * 1.2e-7); }
        var z = Tensor.Scalar(1f, true); var w = z; for (int i = 0; i < 100000; i++) w = w + z; w.Backward(); Assert.Equal(100001f, z.Grad!.Item());
    }
}
