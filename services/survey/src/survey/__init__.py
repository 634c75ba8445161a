"""The survey service: definitions, submissions, receipts, declarations."""
