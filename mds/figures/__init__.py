"""Tables of figures about a network: how they are made from the store, and shown as text, CSV, workbook and page."""
