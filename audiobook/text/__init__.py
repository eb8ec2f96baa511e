"""What readers share, so that none imports another: decoding, headings, what is not the book, the outline."""
