"""HTML pages → the article's text, title, authors and date."""
