"""Which bits to measure next, and which of those that were measured are best; what measures them is not known here."""
