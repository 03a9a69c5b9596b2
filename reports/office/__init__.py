"""What office files share: safe cells, packing, sheets."""
