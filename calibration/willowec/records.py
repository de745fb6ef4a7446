"""records.py KIND RUNS.csv: run records of willowec/characterizing-pytorch-power (commit 4067417d, MIT).

KIND is conv, linear or pool (one layer: energy a batch, forward and backward apart), network-linear or network-cnn (whole runs, start-up included). Rows
without positive energy are wraps of the counter and left out.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import Writer, number, rows, whole  # noqa: E402

LAYERS = {
    "conv": (["batch_size", "in_chan", "out_chan", "side_len", "k_size", "stride"],
             "zoo:layer-conv:in={in_chan},out={out_chan},size={side_len},kernel={k_size},stride={stride}"),
    "linear": (["batch_size", "in_size", "out_size"], "zoo:layer-linear:in={in_size},out={out_size}"),
    "pool": (["batch_size", "k_side_length", "stride", "in_chan", "im_side_length"],
             "zoo:layer-pool:in={in_chan},size={im_side_length},kernel={k_side_length},stride={stride}"),
}
NETWORKS = {
    "network-linear": (["hidden_size", "n_linear_hidden_actual"], "adadelta",
                       "zoo:mlp:inputs={hidden_size},width={hidden_size},layers={n_linear_hidden_actual},classes=1"),
    "network-cnn": (["channels", "conv_layers_actual", "k_size", "side_length"], "sgd-momentum",
                    "zoo:conv-chain:layers={conv_layers_actual},channels={channels},kernel={k_size},size={side_length}"),
}
COMMON = {"loss": "mse", "dtype": "fp32", "hardware": "raptorlake", "meter": "rapl", "boundary": "package"}


def layers(kind, path):
    sizes, spec = LAYERS[kind]
    out = Writer(epochs=1, optimizer="sgd-momentum", **COMMON)
    for line, row in rows(path, sizes + ["for_energy", "for_time", "back_energy", "back_time"]):
        values = {name: whole(path, line, row, name) for name in sizes}
        batch = values["batch_size"]
        for phase, column in (("forward", "for"), ("backward", "back")):
            if phase == "backward" and kind == "pool":
                continue  # Not measured.
            joules = number(path, line, row, column + "_energy") * 1e-6
            if joules <= 0:
                out.leave_out(f"{path}:{line}", f"{phase} energy is {joules:.6g} J")
                continue
            out.write(joules, model=spec.format(**values), samples=batch, batch=batch, phase=phase, seconds=number(path, line, row, column + "_time") * 1e-6)
    out.finish()


def networks(kind, path):
    sizes, optimizer, spec = NETWORKS[kind]
    out = Writer(optimizer=optimizer, **COMMON)
    for line, row in rows(path, sizes + ["data_size", "epochs", "batch_size", "energy_pkg_J_mean"]):
        values = {name: whole(path, line, row, name) for name in sizes}
        joules = number(path, line, row, "energy_pkg_J_mean")
        if joules <= 0:
            out.leave_out(f"{path}:{line}", f"energy is {joules:.6g} J")
            continue
        out.write(joules, model=spec.format(**values), samples=whole(path, line, row, "data_size"), batch=whole(path, line, row, "batch_size"),
                  epochs=whole(path, line, row, "epochs"))
    out.finish()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in {**LAYERS, **NETWORKS}:
        sys.exit(__doc__)
    (layers if sys.argv[1] in LAYERS else networks)(*sys.argv[1:])
