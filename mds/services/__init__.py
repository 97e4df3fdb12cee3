"""The services of a network: who offers what, where, for whom and when; overlaps and gaps."""
