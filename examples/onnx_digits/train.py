"""Trains the digits row by row, and writes ONNX: python examples/onnx_digits/train.py.

Needs torch, onnxscript and scikit-learn.
"""

from pathlib import Path

import click
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = Path(__file__).parent
SEED = 7
EPOCHS = 60
BATCH = 32
CALIBRATION_SAMPLES = 200


def build_model() -> nn.Sequential:
    """One-dimensional convolutions over the rows of an image: [batch, 8 pixels of a row, 8 rows] in, logits out."""
    return nn.Sequential(
        nn.Conv1d(8, 32, 3, padding=1),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Conv1d(32, 32, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(32 * 6, 10),
    )


def main() -> None:
    """Train, and write the model and its data beside this file."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # sums in the same order on every machine
    digits = load_digits()
    rows = (digits.images / 16).astype(np.float32).transpose(0, 2, 1).copy()
    x, x_test, y, y_test = train_test_split(
        rows, digits.target, test_size=0.25, random_state=SEED, stratify=digits.target
    )
    model = build_model()
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(model(torch.tensor(x[batch])), torch.tensor(y[batch]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    with torch.no_grad():
        accuracy = float((model.eval()(torch.tensor(x_test)).argmax(1).numpy() == y_test).mean())
    batches = ({0: torch.export.Dim("batch")},)
    program = torch.export.export(model, (torch.tensor(x[:2]),), dynamic_shapes=batches)
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)  # the paths of this machine
    file, names = HERE / "onnx_digits.onnx", {"input_names": ["rows"], "output_names": ["digit"]}
    torch.onnx.export(program, f=file, **names, external_data=False, verbose=False)
    np.savez_compressed(HERE / "calibration.npz", x=x[:CALIBRATION_SAMPLES])
    np.savez_compressed(HERE / "test.npz", x=x_test, y=y_test.astype(np.int64))
    parameters = sum(each.numel() for each in model.parameters())
    click.echo(f"onnx_digits.onnx: {parameters} parameters, accuracy {accuracy:.2%} on {len(x_test)} test images")


if __name__ == "__main__":
    main()
