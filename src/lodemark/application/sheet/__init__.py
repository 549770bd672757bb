"""Goods lines as a sheet: the template a rulebook makes, the reading of it cell by cell, the sheet of what is wrong.

found = read_lines(data)                      # .xlsx or .csv; every fault with its cell, nothing taken when there is one
lines = found.taken(good_rows=True)           # or: the rows without a fault, the others counted and named
back  = annotated(data, found)                # the workbook with a sheet of errors
blank = template(book)                        # zh/en headings, stable column ids, the rulebook's own words to choose from
"""

from lodemark.application.sheet.cells import as_text
from lodemark.application.sheet.columns import COLUMNS, Column
from lodemark.application.sheet.read import Imported, read_lines
from lodemark.application.sheet.trouble import CellFault
from lodemark.application.sheet.write import annotated, template

__all__ = ["COLUMNS", "CellFault", "Column", "Imported", "annotated", "as_text", "read_lines", "template"]
