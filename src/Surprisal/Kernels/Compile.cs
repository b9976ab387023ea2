using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>How loops over lanes are compiled.</summary>
internal static class Compile
{
    /// <summary>
    /// By itself and at once. The compiler inlines only so much into one method, then each operation becomes a call, ten times slower: so every loop is a
    /// method of its own. And what it inlines must not depend on the profile of what ran before: so the first code is the final code.
    /// </summary>
    public const MethodImplOptions Alone = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
}
