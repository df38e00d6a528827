"""How long things take and how much memory they want, always beside a peer or a floor measured in the same run."""
