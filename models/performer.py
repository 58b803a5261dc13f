"""TIS Transformer's checkpoints as tensors by name and the numbers of the network, and transcripts as its tokens."""

import numpy as np

PAD = 7  # the token beyond the end; 5 begins a transcript and 6 ends it
LETTERS = {"A": 0, "T": 1, "C": 2, "G": 3, "N": 4}
TABLES = ("pos_emb.emb", "layer_pos_emb.emb")
NAMES = ("pos_emb.inv_freq", "rotary.inv_freq")


def frequencies(width):
    import torch

    return 1.0 / (10000 ** (torch.arange(0, width, 2).float() / width))


def read(path):
    """Tensors by name, and config.json, of a checkpoint; nothing in it is executed."""
    import torch

    torch.serialization.add_safe_globals([torch.nn.ReLU])
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    state, has = checkpoint["state_dict"], checkpoint["hyper_parameters"]
    config = {
        "family": "performer", "tokens": has["num_tokens"], "pad": PAD, "longest": has["max_seq_len"] + 2,
        "width": has["dim"], "depth": has["depth"], "heads": has["heads"], "head_width": has["dim_head"],
        "local_heads": has["local_attn_heads"], "window": has["local_window_size"],
        "features": has["nb_features"], "local_rotary": "sequence", "classes": state["ff_2.bias"].shape[0]}
    plain = not any(has[name] for name in ("causal", "generalized_attention", "reversible", "use_scalenorm", "use_rezero",
                                           "ff_glu", "use_ribo", "mlm"))
    if not plain:
        raise SystemExit(f"{path}: a network of another kind: {has}")
    tensors = dict(zip(NAMES, (frequencies(config["width"]), frequencies(config["head_width"]))))
    for name, table in zip(NAMES, TABLES):
        angles = torch.einsum("i,j->ij", torch.arange(len(state[table])).float(), tensors[name])
        made = torch.cat((angles.sin(), angles.cos()), dim=-1)
        if (made - state[table]).abs().max() > 1e-6:
            raise SystemExit(f"{path}: {table} is no table of sines")
    for name, tensor in state.items():
        if name in TABLES or ".proj_updater." in name:
            continue  # computed; a second name of the same layers
        if name.endswith("rel_pos.inv_freq"):
            if not torch.equal(tensor, tensors["rotary.inv_freq"]):
                raise SystemExit(f"{path}: {name} is not what it was made as")
            continue
        tensors[name.removeprefix("transformer.net.")] = tensor.float().contiguous()
    return {name: tensor.numpy() for name, tensor in sorted(tensors.items())}, config


def tokens(sequences):
    """[n, longest + 2], as the package's collate_fn makes them."""
    longest = max(map(len, sequences))
    rows = [[5, *(LETTERS[letter] for letter in s), 6] + [PAD] * (longest - len(s)) for s in sequences]
    return np.array(rows, np.int64)
