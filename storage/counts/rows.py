"""The rows that counts are made from, and the strata as the database tells them apart."""

from sqlalchemy import case, literal_column

from storage.tables.base import table
from storage.tables.forms import AnswerRow, ResponseRow

RESPONSE = table(ResponseRow)
ANSWER = table(AnswerRow)
# Forms that are kept apart are not counted in any figure.
COUNTED = RESPONSE.c.apart == ""
# Response.stratum as an SQL expression.
STRATUM = case(
    (RESPONSE.c.assisted, literal_column("'assisted'")),
    (RESPONSE.c.round != "", literal_column("'slip'")),
    else_=literal_column("'open'"),
)
