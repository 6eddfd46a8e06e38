"""Go through past days with the optimiser; needs nothing but Python."""

import sys

from pure import in_english, without_home_assistant

if __name__ == "__main__":
    without_home_assistant()
    from backtest.__main__ import main

    sys.exit(main(in_english))
