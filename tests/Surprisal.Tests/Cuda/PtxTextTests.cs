using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Surprisal.Cuda;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Cuda;

/// <summary>The texts that ship: approved files, and what none of them may say.</summary>
public sealed partial class PtxTextTests
{
    private static readonly IReadOnlyList<PtxModule> modules = PtxModules.All;

    public static TheoryData<string> Names => [.. modules.Select(static module => module.Name)];

    /// <summary>The text of float in full, whose difference a reviewer reads; of the other element types and headers what shows a change.</summary>
    [Theory]
    [InlineData("targets")]
    [InlineData("sums")]
    [InlineData("weights")]
    [InlineData("divisors")]
    [InlineData("gradients")]
    [InlineData("cross_entropy_float")]
    [InlineData("softmax_float")]
    [InlineData("nll_float")]
    [InlineData("probabilities_float")]
    [InlineData("runs")]
    [InlineData("dense")]
    [InlineData("elements_float")]
    [InlineData("element_targets_float")]
    [InlineData("regions")]
    [InlineData("regions_float")]
    [InlineData("clusters_float")]
    [InlineData("linear")]
    [InlineData("linear_float")]
    public void The_text_is_the_approved_one(string name) =>
        Approved.Check($"tests/Surprisal.Tests/Cuda/Approved/{name}.ptx", Named(name) is var module
            ? module.Text(module.Targets.First()) : "");

    [Fact]
    public void The_hashes_of_all_texts_are_the_approved_ones() =>
        Approved.Check("tests/Surprisal.Tests/Cuda/Approved/hashes.sha256", string.Concat(from module in modules
            from target in module.Targets
            let text = Encoding.UTF8.GetBytes(module.Text(target))
            select $"{Convert.ToHexStringLower(SHA256.HashData(text))}  {module.Name} {target}\n"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Headers_differ_in_how_they_round_to_bfloat16_alone(string name)
    {
        var module = Named(name);
        if (module.Capability > 80) return; // it has one header
        var texts = module.Targets.Select(target => Below(module.Text(target))).ToArray();
        Assert.Equal(texts[1], texts[2]);
        if (name is "gradients" or "dense" || name.EndsWith("bfloat16", StringComparison.Ordinal)) Assert.Contains(texts[1], static line =>
            line.Contains("cvt.rn.bf16.f32", StringComparison.Ordinal));
        else Assert.Equal(texts[0], texts[1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_text_keeps_the_rules(string name)
    {
        var module = Named(name);
        foreach (var target in module.Targets)
        {
            var text = module.Text(target);
            Problems.None(text.Split('\n').Index().Where(static line => ForbiddenPattern().IsMatch(line.Item)).Select(line =>
                $"{name}:{line.Index + 1}: {line.Item}"));
            Assert.Contains(".address_size 64", text, StringComparison.Ordinal);
            var program = new PtxProgram(text); // refuses an instruction that is not in the list, and a constant that is not in hex
            Assert.Equal((target.Version, target.ToString()), (program.Version, program.Target));
            Assert.All(program.Entries.Values, static entry => Assert.True(entry.MaxThreads > 0 && entry.BlocksPerProcessor > 0, entry.Name));
        }
    }

    [Theory]
    [InlineData("\tadd.f32 %f1, %f2, %f3;")]
    [InlineData("\tmul.rn.ftz.f32 %f1, %f2, %f3;")]
    [InlineData("\tex2.approx.f32 %f1, %f2;")]
    [InlineData("\tst.local.f32 [%a1], %f2;")]
    [InlineData("\tcall (%f1), f, (%f2);")]
    [InlineData("\tfma.f64 %d1, %d2, %d3, %d4;")]
    [InlineData("\tred.global.add.f32 [%a1], %f2;")]
    public void What_is_forbidden_is_found(string line) => Assert.Matches(ForbiddenPattern(), line);

    [Fact]
    public void The_newest_header_that_a_card_takes_is_chosen()
    {
        Assert.Null(PtxTarget.For(70));
        Assert.Equal(["sm_75", "sm_80", "sm_80", "sm_90", "sm_90"],
            ((int[])[75, 80, 89, 90, 120]).Select(static capability => PtxTarget.For(capability)!.Value.ToString()));
    }

    [Theory]
    [InlineData("\tadd.rn.f32 %f0, %f0, 1.0;", "in hex")]
    [InlineData("\tadd.rn.f32 %f0, %f0, %d0;", "%d0 is f64, where f32 is meant")]
    [InlineData("\tadd.u32 %r0, %f0, 1;", "%f0 is f32, where u32 is meant")]
    [InlineData("\tsin.approx.f32 %f0, %f0;", "not in the list")]
    [InlineData("\tmov.f32 %f9, %f0;", "%f9 is not declared")]
    [InlineData("\tbra L7;", "no label L7")]
    [InlineData("\tbarrier.cluster.arrive;", "needs PTX 7.8 and sm_90, where the header says 7.0 and sm_75")]
    [InlineData("\tmov.u32 %r0, %cluster_ctarank;", "needs PTX 7.8 and sm_90")]
    [InlineData("\tld.shared::cluster.f32 %f0, [%r0];", "needs PTX 7.8 and sm_90")]
    public void The_interpreter_refuses_what_an_assembler_would(string line, string because)
    {
        var error = Assert.Throws<FormatException>(() => new PtxProgram(
            ".version 7.0\n.target sm_75\n.address_size 64\n.visible .entry k(\n\t.param .u64 x\n)\n.maxntid 32, 1, 1\n{\n" +
            $"\t.reg .f32 %f<1>;\n\t.reg .f64 %d<1>;\n\t.reg .b32 %r<1>;\n{line}\n\tret;\n}}\n"));
        Assert.Contains(because, error.Message, StringComparison.Ordinal);
    }

    private static PtxModule Named(string name) => modules.Single(module => module.Name == name);

    private static string[] Below(string text) => text.Split('\n')[2..];

    /// <summary>Arithmetic that may be fused or flushed, approximations, memory of a thread, calls. In memory doubles are added and rounded always.</summary>
    [GeneratedRegex(@"(?<!red\.global\.(?=add\.f64))\b(add|sub|mul|fma|mad|div)\.(f32|f64)\b|\.ftz\b|\.approx\b|\.full\b|\.local\b|\bcall\b|\bex2\b|\blg2\b",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ForbiddenPattern();
}
