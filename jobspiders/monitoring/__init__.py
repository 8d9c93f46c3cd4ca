"""What a crawl's figures say against those of the same board before. Pure: no engine, no SQL, no clock."""
