"""Recurrent layers: cells that know one step, and one loop over time for all of them.

``rnn``, ``lstm`` and ``gru`` check their input and start the loop (``loop.py``); what happens in
a single step, and on the way back through it, stands in the cells.
"""
