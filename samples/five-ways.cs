#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Five ways to the same cross-entropy, and to the same gradient.

using Surprisal;
using F = Surprisal.Functional;

var targets = Tensor.Create<long>([0, 1, 1]);
var oneHot = targets.OneHot(2).To<float>();
Console.WriteLine(oneHot);

// 1. The formula: -sum of target times log-probability, the mean over the samples.
Show("formula", x => -(oneHot * (x.Exp() / x.Exp().Sum(1, keepDim: true)).Log()).Sum(1).Mean());

// 2. The log-softmax, then the negative log-likelihood, which picks the target instead of multiplying by zeros.
Show("log_softmax + nll", x => F.Nll(x.LogSoftmax(1), targets));

// 3. The same in two steps: fine for these logits, but the logarithm of a probability that rounds to 0 is -infinity.
Show("log + softmax", x => F.Nll(x.Softmax(1).Log(), targets));

// 4. The function: one pass, exact for every logit.
Show("function", x => F.CrossEntropy(x, targets));

// 5. The object: the same with its options kept in one place.
var loss = new CrossEntropyLoss();
Show("object", x => loss.Forward(x, targets));

// Each gradient is (softmax - one-hot) / 3: a row adds up to 0, and a sure and right answer has none.
void Show(string name, Func<Tensor<float>, Tensor<float>> crossEntropy)
{
    var inputs = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
    var output = crossEntropy(inputs);
    output.Backward();
    Console.WriteLine(name);
    Console.WriteLine(output);
    Console.WriteLine(inputs.Grad);
}
