"""What a survey is and what a valid submission is: pure functions over frozen data."""
