"""Pure functions from values to the HTML that is shown."""
