"""A manuscript comes in; an audiobook with a voice for every character goes out."""

__version__ = "0.1.0"
