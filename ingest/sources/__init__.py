"""Where articles come from: files, folders, dumps, standard input, addresses."""
