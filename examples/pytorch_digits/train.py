"""Trains the digits in PyTorch: python examples/pytorch_digits/train.py. Needs torch and scikit-learn."""

from pathlib import Path

import click
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn

HERE = Path(__file__).parent
SEED = 7
EPOCHS = 40
BATCH = 32
CALIBRATION_SAMPLES = 200


class Block(nn.Module):  # type: ignore[misc]  # PyTorch is not installed where types are checked
    """A depthwise and a pointwise convolution, added to what goes in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.strokes = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.strokes_norm = nn.BatchNorm2d(channels)
        self.mix = nn.Conv2d(channels, channels, 1, bias=False)
        self.mix_norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """The sum, [batch, channels, height, width]."""
        inner = torch.relu(self.strokes_norm(self.strokes(x)))
        return torch.relu(x + self.mix_norm(self.mix(inner)))


class Digits(nn.Module):  # type: ignore[misc]  # as above
    """A small residual network for images [batch, 1, 8, 8]: channels first, as everywhere in PyTorch."""

    def __init__(self) -> None:
        super().__init__()
        self.edges = nn.Conv2d(1, 16, 3, padding=1)
        self.block = Block(16)
        self.shapes = nn.Conv2d(16, 32, 3)
        self.digit = nn.Linear(32, 10)

    def forward(self, image: Tensor) -> Tensor:
        """The logits of the ten classes."""
        x = nn.functional.max_pool2d(self.block(torch.relu(self.edges(image))), 2)
        return self.digit(torch.relu(self.shapes(x)).mean((2, 3)))


def main() -> None:
    """Train, and write the program and its data beside this file."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # sums in the same order on every machine
    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)[:, np.newaxis]
    x, x_test, y, y_test = train_test_split(
        images, digits.target, test_size=0.25, random_state=SEED, stratify=digits.target
    )
    model = Digits()
    optimizer = torch.optim.Adam(model.parameters(), 5e-3)
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
    program = torch.export.export(model, (torch.tensor(x[:1]),))
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)  # the paths of this machine
    torch.export.save(program, HERE / "pytorch_digits.pt2")
    np.savez_compressed(HERE / "calibration.npz", x=x[:CALIBRATION_SAMPLES])
    np.savez_compressed(HERE / "test.npz", x=x_test, y=y_test.astype(np.int64))
    parameters = sum(each.numel() for each in model.parameters())
    click.echo(f"pytorch_digits.pt2: {parameters} parameters, accuracy {accuracy:.2%} on {len(x_test)} test images")


if __name__ == "__main__":
    main()
