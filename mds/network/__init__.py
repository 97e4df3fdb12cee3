"""What the merged store says of a network: its returns, their quality, the children, and what is to come."""
