"""A synthetic network of providers, their children and their returns, clean and messy."""

from mds.demo.garden import Planted
from mds.demo.network import KnownChild, Network, SentReturn, generate

__all__ = ["KnownChild", "Network", "Planted", "SentReturn", "generate"]
