"""`tinyq inspect` shows every layer, and all that can't be built at once."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from support.graphs import convnet
from support.mutations import mutations
from support.tflite_model import Op, T, tflite_model

from tinyq.cli import main
from tinyq.errors import TinyqError
from tinyq.frontend.survey import survey
from tinyq.frontend.tflite import import_tflite
