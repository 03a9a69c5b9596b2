"""Survey forms and what belongs to them: answers, votes, rounds, cases."""
