#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Cross-entropy on the tape, as PyTorch's tutorials write it.

// snippet: tape
using Surprisal;
using F = Surprisal.Functional;

var input = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
var target = Tensor.Create<long>([0, 1, 1]);

var loss = new CrossEntropyLoss();
var output = loss.Forward(input, target);
Console.WriteLine(output);                 // tensor(0.5224, grad_fn=<NllLossBackward0>)

output.Backward();
Console.WriteLine(input.Grad);             // the gradient: (softmax - one-hot) / 3
// end

return output.Item() > 0 ? 0 : 1;
