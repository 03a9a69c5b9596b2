"""The rows that counts are made from, and the strata as the database tells them apart."""

from sqlalchemy import case, literal_column

from storage.tables.base import table
from storage.tables.forms import AnswerRow, ResponseRow

RESPONSE = table(ResponseRow)
ANSWER = table(AnswerRow)
# Forms kept apart are in no figure.
COUNTED = RESPONSE.c.apart == ""
# What Response.stratum says, for the database to count by.
STRATUM = case(
    (RESPONSE.c.assisted, literal_column("'assisted'")),
    (RESPONSE.c.round != "", literal_column("'slip'")),
    else_=literal_column("'open'"),
)
