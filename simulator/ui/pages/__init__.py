"""One file per page; a page only lays out."""
