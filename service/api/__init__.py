"""What programs see: REST under /api/v1, as the contract names it."""
