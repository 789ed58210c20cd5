"""A training step in JAX (value_and_grad, Adam), compiled by jit with donated parameters and moments.

The contractive penalty is exact: weight * mean over samples of |de/dx|_F^2, the Jacobian by vmap(jacrev(encoder)).

usage: jax_step.py DIRECTORY-OF-CASES
"""

import sys

import jax
import jax.numpy as jnp

from common import introduce, median_seconds, report, step_cases

FUNCTIONS = {"identity": lambda z: z, "silu": jax.nn.silu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}
RATE, BETA1, BETA2, EPSILON = 1e-5, 0.9, 0.999, 1e-8


def make_step(case):
    functions = [FUNCTIONS[name] for name in case.activations]
    depth, weight = case.depth, case.contraction

    def run(layers, functions, a):
        for (w, b), function in zip(layers, functions):
            a = function(a @ w.T + b)
        return a

    def objective(layers, x):
        code = run(layers[:depth], functions[:depth], x)
        output = run(layers[depth:], functions[depth:], code)
        loss = jnp.mean((output - x) ** 2)
        if weight > 0:
            jacobians = jax.vmap(jax.jacrev(lambda a: run(layers[:depth], functions[:depth], a)))(x)
            loss += weight * jnp.sum(jacobians ** 2) / x.shape[0]
        return loss

    def update(state, x):
        layers, first, second, count = state
        loss, gradient = jax.value_and_grad(objective)(layers, x)
        count += 1
        first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
        second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
        rate = RATE * jnp.sqrt(1 - BETA2 ** count) / (1 - BETA1 ** count)
        layers = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), layers, first, second)
        return (layers, first, second, count), loss

    batch = jnp.asarray(case.batch)
    layers = jax.tree.map(jnp.asarray, case.layers)
    loss, gradient = jax.jit(jax.value_and_grad(objective))(layers, batch)
    norm = sum(float(jnp.sum(g.astype(jnp.float32) ** 2)) for g in jax.tree.leaves(gradient)) ** 0.5
    case.check("jax", float(loss), norm)

    zeros = jax.tree.map(jnp.zeros_like, layers)
    compiled = jax.jit(update, donate_argnums=0)
    state = [(layers, zeros, jax.tree.map(jnp.zeros_like, layers), jnp.float32(0))]

    def step():
        state[0], _ = compiled(state[0], batch)

    return step, lambda: jax.block_until_ready(state[0])


introduce("jax", jax=jax.__version__)
for case in step_cases(sys.argv[1]):
    step, finish = make_step(case)
    report(case=case.name, variant="jacrev" if case.contraction > 0 else "jit", seconds=median_seconds(step, finish))
