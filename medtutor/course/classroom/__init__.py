"""A lesson as an assignment for a class: made, healed, graded alone, reported.

nbgrader does the rest (release, collect, gradebook, feedback, export): extra ``classroom``.
"""
