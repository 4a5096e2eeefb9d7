"""``python -m medtutor`` is the ``medtutor`` command."""

from medtutor.cli import main

if __name__ == "__main__":
    main()
