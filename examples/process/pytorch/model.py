"""MMSplice's donor module in PyTorch."""
import titer_model  # first: what is printed from here on goes to standard error
import torch
from safetensors.torch import load_file
from torch.nn import BatchNorm1d, Flatten, Linear, ReLU, Sequential, Sigmoid

torch.set_num_threads(titer_model.THREADS)
model = Sequential(Flatten(), Linear(72, 128), BatchNorm1d(128, eps=1e-3), ReLU(),
                   Linear(128, 64), BatchNorm1d(64, eps=1e-3), ReLU(), Linear(64, 1), Sigmoid())

# The names of the file's layers and tensors, as PyTorch has them.
LAYERS = {"dense1": 1, "batch_normalization_1": 2, "dense2": 4, "batch_normalization_2": 5, "dense_1": 7}
PARTS = {"scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var"}
state = model.state_dict()
for name, tensor in load_file("weights.safetensors").items():
    layer, part = name.split(".")
    state["%d.%s" % (LAYERS[layer], PARTS.get(part, part))] = tensor
model.load_state_dict(state)
model.eval()


@torch.inference_mode()
def predict(windows):
    return model(torch.from_numpy(windows)).numpy()


titer_model.serve(predict, name="mmsplice-donor", datatypes=["FP32"], shapes=[[-1, 18, 4]])
