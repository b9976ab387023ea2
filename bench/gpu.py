# Times PyTorch's cross-entropy, eager, value and gradient, on the shapes that the program beside it times, and prints one line of JSON.
import json
import statistics
import sys
import time

try:
    import torch
except ImportError as missing:
    sys.exit(str(missing))
if not torch.cuda.is_available():
    sys.exit("torch.cuda is not available")

times = {"torch": torch.__version__}
shapes = [(16384, 128256, torch.bfloat16), (32768, 32000, torch.float32), (10000000, 10, torch.float32), (128, 10, torch.float32)]
for rows, classes, kind in shapes:
    name = f"{rows} x {classes} {str(kind).split('.')[-1]}"
    try:
        logits = torch.randn(rows, classes, device="cuda", dtype=kind).requires_grad_()
        targets = torch.randint(classes, (rows,), device="cuda")
        rounds = []
        for i in range(23):
            torch.cuda.synchronize()
            start = time.perf_counter()
            torch.nn.functional.cross_entropy(logits, targets).backward()
            torch.cuda.synchronize()
            if i > 2:
                rounds.append(1000 * (time.perf_counter() - start))
            logits.grad = None
        times[name] = {"ms": statistics.median(rounds), "peak GB": torch.cuda.max_memory_allocated() / 1e9}
    except Exception as error:  # the next shape may fit
        times[name] = {"error": str(error)}
    logits = targets = None
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
print(json.dumps(times))
