"""Tables of data, and one writer for each format: pure, from values to bytes."""
