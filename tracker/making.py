"""Who makes which kind of paper. Only the scheduler imports this: here the libraries that write papers are loaded."""

from collections.abc import Mapping
from typing import Final

from tracker.papers.charts import makers as charts
from tracker.papers.making import Maker
from tracker.papers.national import makers as national
from tracker.papers.pack import makers as pack
from tracker.papers.questionnaire import makers as questionnaire
from tracker.papers.said import makers as said
from tracker.papers.speaking import makers as speaking

#: By the code of the kind.
MAKERS: Final[Mapping[str, Maker]] = {
    **charts.MAKERS,
    **national.MAKERS,
    **pack.MAKERS,
    **questionnaire.MAKERS,
    **said.MAKERS,
    **speaking.MAKERS,
}
