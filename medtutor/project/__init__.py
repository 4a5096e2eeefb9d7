"""From a question to a page that a stranger can check: protocol, test lock, report.

Nothing here stops anybody from cheating. It writes down what was decided and how often the test
set was looked at, so that a report says so by itself.
"""

from medtutor.project.duplicates import duplicates
from medtutor.project.lock import TestLock
from medtutor.project.protocol import Protocol
from medtutor.project.reporting import report, start
