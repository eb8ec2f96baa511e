"""`python -m audiobook`: the same command, for whoever's shell does not find `audiobook`."""

from audiobook.cli import main

if __name__ == "__main__":
    main()
