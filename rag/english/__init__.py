"""What the program knows of English: words, names, figures, dates, countries."""
