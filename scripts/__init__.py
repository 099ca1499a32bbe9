"""What the Makefile runs: serving for trying out, pictures, measurements."""
