namespace Surprisal.Differential;

/// <summary>A part of Surprisal's public surface in one element type, and how to make calls of it.</summary>
/// <param name="Name">The member: TensorExtensions.Exp; or the type: CrossEntropyLoss, Modules.Linear.</param>
/// <param name="Element">The element type.</param>
/// <param name="Make">A call for these decisions.</param>
internal sealed record Case(string Name, string Element, Func<Draw, Call> Make)
{
    public static Case Of<T>(string name, Func<Draw, CallOfT<T>> make) where T : unmanaged, INumber<T> =>
        new(name, typeof(T).Name, draw =>
        {
            var call = make(draw);
            var isOfOne = call.Upstream < 0 || (call.IsOnePass && call.Inputs.Any(static input => input.Largest() > 1e30));
            return isOfOne ? call with { Upstream = 0 } : call with { Upstream = draw.Coin() ? 1 + draw.Below(1 << 16) : 0 };
        });
}
