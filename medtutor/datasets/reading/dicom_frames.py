"""The frames of DICOM files, and where the header values of a frame stand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtutor.datasets.reading.dicom_file import is_empty, n_frames, numbers
from medtutor.datasets.reading.errors import ReadError, naming, refusal, shown

if TYPE_CHECKING:
    from pydicom import Dataset

_Home = Mapping[int, "Dataset"]


class Frame:
    """One image of a file, and a look-up of its header values.

    In "enhanced" files a value may stand in the groups of the frame itself, in those that all
    frames share, or in the main part: it is looked for in this order, and an empty one counts as
    missing.

    Parameters
    ----------
    path : Path
        The file.
    homes : sequence of mappings
        Where to look: for each tag the data set that holds it.
    number : int, optional
        Which frame of the file it is, from 1 up, where they have groups of their own.
    """

    def __init__(self, path: Path, homes: Sequence[_Home], number: int | None = None) -> None:
        self.path, self._homes, self.number = path, homes, number

    @property
    def name(self) -> str:
        """What messages about other frames call it."""
        return shown(self.path.name) if self.number is None else f"frame {self.number}"

    def get(self, keyword: str) -> Any:
        """Return the value of an element; ``None`` where it is nowhere."""
        from pydicom.datadict import tag_for_keyword

        tag = tag_for_keyword(keyword) or 0
        with naming(self.path):
            values = (home[tag].get(keyword) for home in self._homes if tag in home)
            return next((value for value in values if not is_empty(value)), None)

    def numbers(self, keyword: str, count: int) -> tuple[float, ...] | None:
        """Return the finite numbers of an element; ``None`` where it is nowhere."""
        try:
            return numbers(self.path, self, keyword, count)
        except ReadError as error:
            raise self._naming_frame(error) from error

    def refusal(self, row: str, /, **facts: object) -> ReadError:
        """Return an error that names the file, and the frame where there are several."""
        return self._naming_frame(refusal(self.path, row, **facts))

    def _naming_frame(self, error: ReadError) -> ReadError:
        which = "" if self.number is None else f"frame {self.number}: "
        return ReadError(self.path, which + error.problem, error.cure)


def frames_of(path: Path, dataset: "Dataset") -> list[Frame]:
    """Return the frames of a file in the stored order."""
    count = n_frames(path, dataset)
    with naming(path):
        own = [_elements(group) for group in dataset.get("PerFrameFunctionalGroupsSequence") or []]
        shared = list(dataset.get("SharedFunctionalGroupsSequence") or [])[:1]
        # Nuclear medicine says there where its first frame lies.
        detectors = list(dataset.get("DetectorInformationSequence") or [])
        common = [
            *map(_elements, shared),
            *map(_home, (dataset, dataset.file_meta)),
            *map(_home, detectors if len(detectors) == 1 else ()),
        ]
    if not own:
        return [Frame(path, common)] * count
    if len(own) != count:
        raise refusal(path, "frames_not_described", count=count, n_described=len(own))
    numbered = enumerate(own, 1) if count > 1 else [(None, own[0])]
    return [Frame(path, [group, *common], number) for number, group in numbered]


def _home(dataset: "Dataset") -> _Home:
    return dict.fromkeys(dataset.keys(), dataset)


def _elements(group: "Dataset") -> _Home:
    """Return for each element of a functional group, whatever its sequence, what holds it."""
    found = dict(_home(group))
    for tag in group.keys():  # noqa: SIM118 (a Dataset yields its elements)
        # Makers keep whole headers of another kind in private sequences.
        if not tag.is_private and group[tag].VR == "SQ" and group[tag].value:
            found = {**_home(group[tag].value[0]), **found}
    return found
