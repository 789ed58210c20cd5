"""A training step in torch (forward, mean squared error, backward, Adam): eager, and through torch.compile.

usage: torch_step.py DIRECTORY-OF-CASES [eager] [compile]
Adam is torch's fused one, which is its fastest on a CPU; what is compiled is forward and loss, and with them the backward.
"""

import sys

import torch

from common import THREADS, introduce, median_seconds, report, step_cases

FUNCTIONS = {"identity": lambda z: z, "silu": torch.nn.functional.silu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def make_step(case, variant):
    parameters = [torch.from_numpy(value.copy()).requires_grad_() for layer in case.layers for value in layer]
    batch = torch.from_numpy(case.batch)
    functions = [FUNCTIONS[name] for name in case.activations]

    def loss_of(x, *p):
        a = x
        for layer, function in enumerate(functions):
            a = function(torch.nn.functional.linear(a, p[2 * layer], p[2 * layer + 1]))
        return torch.nn.functional.mse_loss(a, x)

    loss_function = torch.compile(loss_of) if variant == "compile" else loss_of
    optimizer = torch.optim.Adam(parameters, lr=1e-5, fused=True)

    def gradient():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_function(batch, *parameters)
        loss.backward()
        return loss

    def step():
        gradient()
        optimizer.step()

    loss = gradient().item()
    norm = sum(float((p.grad.double() ** 2).sum()) for p in parameters) ** 0.5
    case.check(f"torch {variant}", loss, norm)
    return step


torch.set_num_threads(THREADS)
introduce("torch", torch=torch.__version__)
for case in step_cases(sys.argv[1]):
    if case.contraction > 0:
        continue
    for variant in sys.argv[2:] or ["eager", "compile"]:
        report(case=case.name, variant=variant, seconds=median_seconds(make_step(case, variant)))
