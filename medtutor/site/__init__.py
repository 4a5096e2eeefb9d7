"""The lessons as a static site: on a web server, on a memory stick, without a network.

Sphinx, myst-nb and the PyData theme do the work (extra ``site``). What is the course's own is
small: :mod:`.reading` finds explorers, claims and terms in the lessons, :mod:`.sources` writes
what Sphinx reads, :mod:`.building` runs it. The folder ``source`` holds the pages around the
lessons as templates, and the script that keeps explorers alive without a kernel.
"""

from medtutor.site.building import SiteReport, build, checked_place

__all__ = ["SiteReport", "build", "checked_place"]
