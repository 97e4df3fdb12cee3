"""Disclosure control of what is published: which cells are hidden, so that no reader can work one out (privacy design b7).

All tables of a release and their common margins are one system of linear equations. `protect` hides the small cells and as many
others as it takes; `bounds` is what a reader can conclude; who reads, and with what knowledge, is a `Reader`.
"""
