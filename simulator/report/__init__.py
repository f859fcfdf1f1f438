"""What a run looks like: tables, charts, and one offline HTML file."""
