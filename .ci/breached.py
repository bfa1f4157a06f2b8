"""Makes src/rejoinder/web/accounts/breached.bin of a list of passwords, one a line.

The list that it was made of: the million most frequent of Mark Burnett's ten million passwords,
which he gave to the public domain in 2015 (`10_million_password_list_top_1M.txt`).

    python .ci/breached.py LIST
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from rejoinder.web.accounts.breached import BUNDLED, beginning_of

# Shorter ones are refused for that.
SHORTEST = 10

lines = Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace").splitlines()
kept = sorted({beginning_of(line) for line in lines if len(line) >= SHORTEST})
BUNDLED.write_bytes(b"".join(kept))
print(f"{len(kept)} passwords")
