"""Every rule fires on its bad example and keeps quiet on its near miss."""

import pytest
from drawn import check, check_alone

from mds_validators.rules import all_rules

TRIED_HERE = [rule for rule in all_rules().values() if rule.checked_by != "intake"]


def test_the_example_return_is_clean() -> None:
    assert check({}).found == []


@pytest.mark.parametrize("rule", TRIED_HERE, ids=lambda rule: rule.code)
def test_rule_fires_on_its_bad_example(rule) -> None:
    assert rule.code in check(rule.bad, rule.versions[-1]).codes


@pytest.mark.parametrize("rule", TRIED_HERE, ids=lambda rule: rule.code)
def test_rule_keeps_quiet_on_its_near_miss(rule) -> None:
    assert rule.code not in check_alone(rule, rule.good).codes
