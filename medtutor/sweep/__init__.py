"""A lesson over values of its parameters and seeds, on many workers, by Dask.

``planning`` says what is to be run, ``dispatching`` gives it to the workers, ``working`` is
what a worker does, ``storing`` keeps each result once, and ``showing`` makes table and plot.
"""
