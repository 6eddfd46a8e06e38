"""What a person is told: each alert once, the most important first, and until its cause is gone."""

import logging

import pytest

from custom_components.sigenstor_panel.control.alerts import Alert, Alerts
from custom_components.sigenstor_panel.model.message import Message, plain

ONE, OTHER = plain("one"), plain("other")


@pytest.fixture
def raised() -> list[Message]:
    return []


@pytest.fixture
def alerts(raised: list[Message], caplog: pytest.LogCaptureFixture) -> Alerts:
    caplog.set_level(logging.INFO)
    return Alerts(raised.append)


def test_while_all_is_well_there_is_none(alerts: Alerts) -> None:
    assert alerts.first is None
    assert Alert.VPP not in alerts


def test_one_is_told_and_logged_once_however_often_its_numbers_change(
    alerts: Alerts, raised: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    alerts.set(Alert.VPP, ONE)
    alerts.set(Alert.VPP, OTHER)
    assert raised == [ONE]
    assert alerts.first == OTHER
    assert Alert.VPP in alerts
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [("WARNING", "one")]


def test_of_several_the_most_important_one_is_shown_whichever_came_first(alerts: Alerts) -> None:
    alerts.set(Alert.VPP, ONE)
    alerts.set(Alert.NOT_STOPPED, OTHER)
    assert alerts.first == OTHER
    alerts.clear(Alert.NOT_STOPPED)
    assert alerts.first == ONE


def test_one_whose_cause_is_gone_ends_and_is_said_to_have(alerts: Alerts, caplog: pytest.LogCaptureFixture) -> None:
    alerts.set(Alert.VPP, ONE)
    alerts.set(Alert.NOT_SAVED, ONE)
    caplog.clear()
    alerts.clear(Alert.VPP, Alert.NOT_OBEYED, Alert.NOT_SAVED)
    assert alerts.first is None
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "Settled: vpp"),
        ("INFO", "Settled: not_saved"),
    ]


def test_one_that_comes_back_is_told_again(alerts: Alerts, raised: list[Message]) -> None:
    alerts.set(Alert.VPP, ONE)
    alerts.clear(Alert.VPP)
    alerts.set(Alert.VPP, OTHER)
    assert raised == [ONE, OTHER]
