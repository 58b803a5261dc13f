"""MMSplice's donor module in JAX."""
import titer_model  # first: what is printed from here on goes to standard error
import jax
import jax.numpy as jnp
from safetensors.numpy import load_file

tensors = {name: jnp.asarray(tensor) for name, tensor in load_file("weights.safetensors").items()}


def dense(x, name):
    return x @ tensors[name + ".weight"].T + tensors[name + ".bias"]


def normalized(x, name):
    scale, shift, mean, variance = (tensors["%s.%s" % (name, part)] for part in ("scale", "shift", "mean", "variance"))
    return jax.nn.relu((x - mean) / jnp.sqrt(variance + 1e-3) * scale + shift)


@jax.jit
def predict(windows):
    x = windows.reshape(len(windows), -1)
    x = normalized(dense(x, "dense1"), "batch_normalization_1")
    x = normalized(dense(x, "dense2"), "batch_normalization_2")
    return jax.nn.sigmoid(dense(x, "dense_1"))


titer_model.serve(predict, name="mmsplice-donor", datatypes=["FP32"], shapes=[[-1, 18, 4]])
