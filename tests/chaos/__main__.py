"""`python -m chaos [--jobs N] [--seed S] [--only production|embedded]`; exits with 1 where anything is wrong."""

import argparse
import random
import sys

from chaos import embedded, production

MODES = ("production", "embedded")


def main() -> int:
    options = arguments()
    reports = []
    for mode in options.only or MODES:
        print(f"{mode}: {options.jobs} jobs, seed {options.seed}", flush=True)
        if mode == "production":
            run = production.Run(jobs=options.jobs, seed=options.seed, every=(0.5, 3), faults=100)
        else:
            run = embedded.Run(jobs=options.jobs, seed=options.seed, every=(0.5, 6), kills=15)
        reports.append(run())
        print("\n".join(f"  {line}" for line in reports[-1].lines()), flush=True)
    return int(not all(each.well for each in reports))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--only", action="append", choices=MODES)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
