"""What each board's pages say: one module per board, pure functions from a page or row to a posting."""
