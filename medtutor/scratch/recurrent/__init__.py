"""Recurrent layers: cells that know one step, and one loop over time for all of them.

``rnn``, ``lstm`` and ``gru`` check their input and start the loop (``loop.py``); what happens in
a single step, and on the way back through it, stands in the cells.
"""

from medtutor.scratch.recurrent.gru import gru, gru_grad
from medtutor.scratch.recurrent.lstm import lstm, lstm_grad
from medtutor.scratch.recurrent.rnn import rnn, rnn_grad

__all__ = ["gru", "gru_grad", "lstm", "lstm_grad", "rnn", "rnn_grad"]
