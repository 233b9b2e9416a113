"""Recurrent layers; without `unroll=True` TensorFlow Lite's quantizer crashes on them."""

from keras import layers as k

from support.zoo._case import ZooCase, series

CASES = {
    "SimpleRNN": series(k.SimpleRNN(4)),
    "SimpleRNN unrolled": series(k.SimpleRNN(4, unroll=True)),
    "GRU": series(k.GRU(4)),
    "GRU unrolled": series(k.GRU(4, unroll=True)),
    "GRU that resets before": series(k.GRU(4, reset_after=False)),
    "GRU sequences": series(k.GRU(4, return_sequences=True)),
    "LSTM": series(k.LSTM(4)),
    "LSTM unrolled": series(k.LSTM(4, unroll=True)),
    "LSTM sequences": series(k.LSTM(4, return_sequences=True)),
    "LSTM backwards": series(k.LSTM(4, go_backwards=True)),
    "LSTM stacked": series(lambda x: k.LSTM(3)(k.LSTM(4, return_sequences=True)(x))),
    "LSTM after Conv1D": series(lambda x: k.Dense(3)(k.LSTM(4)(k.Conv1D(5, 3)(x)))),
    "Bidirectional LSTM": series(k.Bidirectional(k.LSTM(3))),
    "Bidirectional GRU sequences": series(k.Bidirectional(k.GRU(3, return_sequences=True))),
    "RNN of GRUCell": series(k.RNN(k.GRUCell(4))),
    "ConvLSTM1D": ZooCase(k.ConvLSTM1D(2, 3), ((3, 6, 2),)),
    "ConvLSTM2D": ZooCase(k.ConvLSTM2D(2, 3), ((3, 6, 6, 2),)),
}
