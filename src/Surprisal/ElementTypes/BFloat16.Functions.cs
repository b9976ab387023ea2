namespace Surprisal;

/// <content>Functions: those of float, rounded.</content>
public readonly partial struct BFloat16
{
    static BFloat16 IExponentialFunctions<BFloat16>.Exp(BFloat16 x) => (BFloat16)float.Exp(x.Value);
    static BFloat16 IExponentialFunctions<BFloat16>.Exp2(BFloat16 x) => (BFloat16)float.Exp2(x.Value);
    static BFloat16 IExponentialFunctions<BFloat16>.Exp10(BFloat16 x) => (BFloat16)float.Exp10(x.Value);
    static BFloat16 IExponentialFunctions<BFloat16>.ExpM1(BFloat16 x) => (BFloat16)float.ExpM1(x.Value);
    static BFloat16 IExponentialFunctions<BFloat16>.Exp2M1(BFloat16 x) => (BFloat16)float.Exp2M1(x.Value);
    static BFloat16 IExponentialFunctions<BFloat16>.Exp10M1(BFloat16 x) => (BFloat16)float.Exp10M1(x.Value);

    static BFloat16 ILogarithmicFunctions<BFloat16>.Log(BFloat16 x) => (BFloat16)float.Log(x.Value);
    static BFloat16 ILogarithmicFunctions<BFloat16>.Log(BFloat16 x, BFloat16 newBase) => (BFloat16)float.Log(x.Value, newBase.Value);
    static BFloat16 ILogarithmicFunctions<BFloat16>.Log2(BFloat16 x) => (BFloat16)float.Log2(x.Value);
    static BFloat16 ILogarithmicFunctions<BFloat16>.Log10(BFloat16 x) => (BFloat16)float.Log10(x.Value);
    static BFloat16 ILogarithmicFunctions<BFloat16>.LogP1(BFloat16 x) => (BFloat16)float.LogP1(x.Value);
    static BFloat16 ILogarithmicFunctions<BFloat16>.Log2P1(BFloat16 x) => (BFloat16)float.Log2P1(x.Value);
    static BFloat16 ILogarithmicFunctions<BFloat16>.Log10P1(BFloat16 x) => (BFloat16)float.Log10P1(x.Value);

    static BFloat16 IPowerFunctions<BFloat16>.Pow(BFloat16 x, BFloat16 y) => (BFloat16)float.Pow(x.Value, y.Value);

    static BFloat16 IRootFunctions<BFloat16>.Sqrt(BFloat16 x) => (BFloat16)float.Sqrt(x.Value);
    static BFloat16 IRootFunctions<BFloat16>.Cbrt(BFloat16 x) => (BFloat16)float.Cbrt(x.Value);
    static BFloat16 IRootFunctions<BFloat16>.RootN(BFloat16 x, int n) => (BFloat16)float.RootN(x.Value, n);
    static BFloat16 IRootFunctions<BFloat16>.Hypot(BFloat16 x, BFloat16 y) => (BFloat16)float.Hypot(x.Value, y.Value);

    static BFloat16 IHyperbolicFunctions<BFloat16>.Sinh(BFloat16 x) => (BFloat16)float.Sinh(x.Value);
    static BFloat16 IHyperbolicFunctions<BFloat16>.Cosh(BFloat16 x) => (BFloat16)float.Cosh(x.Value);
    static BFloat16 IHyperbolicFunctions<BFloat16>.Tanh(BFloat16 x) => (BFloat16)float.Tanh(x.Value);
    static BFloat16 IHyperbolicFunctions<BFloat16>.Asinh(BFloat16 x) => (BFloat16)float.Asinh(x.Value);
    static BFloat16 IHyperbolicFunctions<BFloat16>.Acosh(BFloat16 x) => (BFloat16)float.Acosh(x.Value);
    static BFloat16 IHyperbolicFunctions<BFloat16>.Atanh(BFloat16 x) => (BFloat16)float.Atanh(x.Value);

    static BFloat16 ITrigonometricFunctions<BFloat16>.Sin(BFloat16 x) => (BFloat16)float.Sin(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.Cos(BFloat16 x) => (BFloat16)float.Cos(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.Tan(BFloat16 x) => (BFloat16)float.Tan(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.Asin(BFloat16 x) => (BFloat16)float.Asin(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.Acos(BFloat16 x) => (BFloat16)float.Acos(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.Atan(BFloat16 x) => (BFloat16)float.Atan(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.SinPi(BFloat16 x) => (BFloat16)float.SinPi(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.CosPi(BFloat16 x) => (BFloat16)float.CosPi(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.TanPi(BFloat16 x) => (BFloat16)float.TanPi(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.AsinPi(BFloat16 x) => (BFloat16)float.AsinPi(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.AcosPi(BFloat16 x) => (BFloat16)float.AcosPi(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.AtanPi(BFloat16 x) => (BFloat16)float.AtanPi(x.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.DegreesToRadians(BFloat16 degrees) => (BFloat16)float.DegreesToRadians(degrees.Value);
    static BFloat16 ITrigonometricFunctions<BFloat16>.RadiansToDegrees(BFloat16 radians) => (BFloat16)float.RadiansToDegrees(radians.Value);
    static (BFloat16 Sin, BFloat16 Cos) ITrigonometricFunctions<BFloat16>.SinCos(BFloat16 x) =>
        ((BFloat16)float.Sin(x.Value), (BFloat16)float.Cos(x.Value));
    static (BFloat16 SinPi, BFloat16 CosPi) ITrigonometricFunctions<BFloat16>.SinCosPi(BFloat16 x) =>
        ((BFloat16)float.SinPi(x.Value), (BFloat16)float.CosPi(x.Value));

    static BFloat16 IFloatingPointIeee754<BFloat16>.Atan2(BFloat16 y, BFloat16 x) => (BFloat16)float.Atan2(y.Value, x.Value);
    static BFloat16 IFloatingPointIeee754<BFloat16>.Atan2Pi(BFloat16 y, BFloat16 x) => (BFloat16)float.Atan2Pi(y.Value, x.Value);
    static BFloat16 IFloatingPointIeee754<BFloat16>.FusedMultiplyAdd(BFloat16 left, BFloat16 right, BFloat16 addend) =>
        (BFloat16)float.FusedMultiplyAdd(left.Value, right.Value, addend.Value);
    static BFloat16 IFloatingPointIeee754<BFloat16>.Ieee754Remainder(BFloat16 left, BFloat16 right) =>
        (BFloat16)float.Ieee754Remainder(left.Value, right.Value);
    static BFloat16 IFloatingPointIeee754<BFloat16>.Lerp(BFloat16 value1, BFloat16 value2, BFloat16 amount) =>
        (BFloat16)float.Lerp(value1.Value, value2.Value, amount.Value);
    static BFloat16 IFloatingPointIeee754<BFloat16>.ScaleB(BFloat16 x, int n) => (BFloat16)float.ScaleB(x.Value, n);
    static int IFloatingPointIeee754<BFloat16>.ILogB(BFloat16 x) => float.ILogB(x.Value);
    static BFloat16 INumberBase<BFloat16>.MultiplyAddEstimate(BFloat16 left, BFloat16 right, BFloat16 addend) =>
        (BFloat16)float.FusedMultiplyAdd(left.Value, right.Value, addend.Value);
}
