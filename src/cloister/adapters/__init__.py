"""One file for each technology outside; only ``app`` imports them."""
