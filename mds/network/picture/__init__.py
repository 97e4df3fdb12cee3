"""The picture of the network: who its children are, and how they fare."""
