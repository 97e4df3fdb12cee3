"""Launcher for a checkout: `python cli.py check return.xlsx`. The command itself is `mds.main`."""

from mds.main import run

if __name__ == "__main__":
    run()
