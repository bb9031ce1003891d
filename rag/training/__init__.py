"""Training, exporting, scoring and calibrating the built-in reader."""
