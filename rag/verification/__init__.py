"""Claims and receipts checked against the quotations they rest on."""
