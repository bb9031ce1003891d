"""Programs that measure the answers or try faults: `python -m tests.trials.NAME`."""
