"""Business buyers: requests for quotation, bids, contracts, and what leaks back into retail."""
