"""The paper a person holds: licence, slip and packing label as PDF, with codes that are read back before issue.

``attached(pdf)`` gives the SD-JWT inside a licence PDF back: one file for people and machines.
"""

from lodemark.licence.paper.codes import Symbol, matrix_symbol, qr_symbol, read_image
from lodemark.licence.paper.evidence import credentials_in
from lodemark.licence.paper.pdf import attached
from lodemark.licence.paper.render import FONTS, Paper, Printing, label_paper, licence_paper, slip_paper
from lodemark.licence.paper.trouble import PaperError

__all__ = [
    "FONTS",
    "Paper",
    "PaperError",
    "Printing",
    "Symbol",
    "attached",
    "credentials_in",
    "label_paper",
    "licence_paper",
    "matrix_symbol",
    "qr_symbol",
    "read_image",
    "slip_paper",
]
