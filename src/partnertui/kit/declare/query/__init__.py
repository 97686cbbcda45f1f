"""The filter language: parse, complete, point at the mistake, write a term into the line.

ann lee            rows in whose text columns both words are
"ann lee"          the words in this order
status:active      the column has that value; text columns contain it
status:trial,active  one of several
status=active      just that value or text
a or b             either of the two terms beside it
credit>10  credit>=10  credit<0  credit<=0
started:last week  started:yesterday 14:00..16:00  values may have blanks
started:yesterday..today  started:2026-11-01..  a range; either end may be left out
number:+4420*      begins with     number:=442079460000  is just that
number:0191 498 0777  a number as it is dialled, in any notation
email:-            is empty
-status:blocked    not
"""

from partnertui.kit.declare.query.completion import Completion, complete
from partnertui.kit.declare.query.parser import Mistake, Parsed, parse
from partnertui.kit.declare.query.terms import Span, Term, literal, quoted, rewrite, spans, split, unparse

__all__ = [
    "Completion",
    "Mistake",
    "Parsed",
    "Span",
    "Term",
    "complete",
    "literal",
    "parse",
    "quoted",
    "rewrite",
    "spans",
    "split",
    "unparse",
]
