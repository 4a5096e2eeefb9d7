"""One image normalised in three ways, and a stray pixel that none of them should mind."""

from medtutor.explore.normalisation.widget import normalisation

__all__ = ["normalisation"]
