"""The committed page on the method is what the tables say."""

from deploy.methodology import PAGE, page
from tests.spec.scoring.test_cells import ALL


def test_the_committed_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `python -m deploy.methodology`"


def test_every_rule_is_on_it():
    content = page()

    assert all(rule.title in content and rule.text in content for rule in ALL)
