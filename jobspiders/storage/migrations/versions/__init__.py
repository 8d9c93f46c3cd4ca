"""One file per step; the name begins with the step's revision, and revisions sort in their order."""
