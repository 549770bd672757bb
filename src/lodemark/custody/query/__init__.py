"""Questions to the journal: one grammar for the URL, the JSON body and the command line.

query = Query.from_params({"EQ_bizStep": "shipping", "GE_quantity_KGM": "5"})
page = run(journal, query)
"""

from lodemark.custody.query.grammar import Condition, Query
from lodemark.custody.query.poll import read_poll
from lodemark.custody.query.run import Cursor, Page, run

__all__ = ["Condition", "Cursor", "Page", "Query", "read_poll", "run"]
