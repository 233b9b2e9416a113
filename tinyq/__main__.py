"""`python -m tinyq` is `tinyq`."""

from tinyq.cli import main

main(prog_name="tinyq")
