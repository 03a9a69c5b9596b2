"""Proof of work (Hashcash): a number whose hash begins with zero bits. It costs a phone a second, and slows a flood."""

import hashlib

# Sixty-five thousand tries on average, half a second in the script of an old phone.
BITS = 16
LONGEST = 20


def is_done(ticket: str, proof: str, bits: int = BITS) -> bool:
    """Tell whether a proof belongs to a ticket: SHA-256 of "ticket:proof" begins with so many zero bits (Hashcash)."""
    if not proof.isascii() or not proof.isdecimal() or len(proof) > LONGEST:
        return False
    digest = hashlib.sha256(f"{ticket}:{proof}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits) == 0
