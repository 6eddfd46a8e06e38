"""A running demo stack for the end-to-end tests, in a folder and on ports of their own."""

from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime

from charging import charging_home, put_in_charge
from house import PAST, audit_tail, let_it_be_evening, wait_until_handed_back, wait_until_loaded
from playwright.async_api import Browser, expect
import pytest
from visits import CARDS, PATIENCE_MS, Tabs, Visits

from demo.api import HassApi
from demo.browser import chromium
from demo.config_folder import DOMAIN
from demo.place import Place, where_it_is
from demo.stack import DemoStack, StackSettings

expect.set_options(timeout=PATIENCE_MS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--home-hour",
        type=int,
        choices=range(24),
        default=10,
        metavar="HOUR",
        help="what the clock in the home shows (default: 10)",
    )


LONGEST_FIRST = (
    "test_optimiser_acts",
    "test_optimiser_recovers",
    "test_panel_overrides",
    "test_languages_everywhere",
    "test_control",
    "test_forecasts",
    "test_panel_pages",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: each stays with one process, and none is to be left for the end."""
    rank = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the end of Home Assistant's log and of the audit to the report of a test that failed."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, DemoStack):
        report.sections += [("Home Assistant's log", stack.hass.log_tail(40)), ("Audit", audit_tail(stack))]
    return report


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Place:
    """Return where the home stands, so that its clock shows the same hour whenever the tests run."""
    return where_it_is(request.config.getoption("--home-hour"), datetime.now(UTC))


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, place: Place) -> AsyncIterator[DemoStack]:
    """Return the stack, started once for all tests that this process runs; its plant is its owner's at the end."""
    folder = tmp_path_factory.mktemp("demo")
    async with DemoStack(StackSettings.on_free_ports(folder, place=place, **PAST)) as stack:
        await wait_until_loaded(stack)
        yield stack
        await wait_until_handed_back(stack)


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory, place: Place) -> AsyncIterator[DemoStack]:
    """Return a stack of its own, whose optimiser charges once it may act."""
    async with charging_home(tmp_path_factory.mktemp("charging"), place) as stack:
        yield stack


@pytest.fixture
async def acting(home: DemoStack) -> DemoStack:
    """Return a stack with its optimiser in charge, and the battery doing what it says."""
    await put_in_charge(home)
    return home


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Return a headless Chromium, started once for all tests."""
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
async def tabs(browser: Browser) -> AsyncIterator[Tabs]:
    """Return the tabs that stay open from one test to the next."""
    tabs = Tabs()
    yield tabs
    await tabs.close()


@pytest.fixture
async def visit(
    request: pytest.FixtureRequest, browser: Browser, tabs: Tabs, stack: DemoStack
) -> AsyncIterator[Visits]:
    """Open pages; at the end, nothing may have gone wrong in them, and nothing may have asked another host."""
    before = request.session.testsfailed
    visits = Visits(browser, tabs, stack)
    yield visits
    # A test that fails may leave its tab in any state.
    await visits.close(alone=request.session.testsfailed > before)


@pytest.fixture
async def evening(stack: DemoStack) -> AsyncIterator[None]:
    """Let there be no sun, a house that needs little, a battery with room in it, and nothing under way that was asked before."""
    await wait_until_handed_back(stack)
    await let_it_be_evening(stack)
    yield
    stack.simulator.set(pv_power_w=None, house_power_w=None)


@pytest.fixture
async def released(stack: DemoStack) -> AsyncIterator[None]:
    """Leave no order of the test behind: no emergency stop, no override, no schedule."""
    yield
    for action in ("clear_emergency_stop", "clear_override"):
        await stack.api.post(f"/api/services/{DOMAIN}/{action}", {})
    for schedule in (await stack.api.command(f"{DOMAIN}/schedules/list"))["schedules"]:
        await stack.api.post(f"/api/services/{DOMAIN}/delete_schedule", {"id": schedule["id"]})


@pytest.fixture
async def dashboard(stack: DemoStack) -> AsyncIterator[str]:
    """Return the path of a dashboard with one of each card, none of which is told whose it is."""
    path = "our-house"
    created = await stack.api.command("lovelace/dashboards/create", url_path=path, title="Our house", mode="storage")
    sections = [{"type": "grid", "cards": [{"type": f"custom:sigenstor-{kind}-card"}]} for kind in CARDS]
    view = {"title": "Home", "path": "home", "type": "sections", "sections": sections}
    await stack.api.command("lovelace/config/save", url_path=path, config={"views": [view]})
    yield f"/{path}/home"
    await stack.api.command("lovelace/dashboards/delete", dashboard_id=created["id"])


@pytest.fixture(scope="session")
async def resident(stack: DemoStack) -> AsyncIterator[HassApi]:
    """Return a user who is no administrator."""
    async with await add_user(stack, "resident", "system-users") as api:
        yield api


@pytest.fixture(scope="session")
async def guest(stack: DemoStack) -> AsyncIterator[HassApi]:
    """Return a user who may look at everything and change nothing."""
    async with await add_user(stack, "guest", "system-read-only") as api:
        yield api


async def add_user(stack: DemoStack, name: str, group: str) -> HassApi:
    """Return a new user of Home Assistant, who can log in."""
    added = await stack.api.command("config/auth/create", name=name.title(), group_ids=[group])
    await stack.api.command(
        "config/auth_provider/homeassistant/create", user_id=added["user"]["id"], username=name, password=name
    )
    return HassApi(stack.hass.url, user=name, password=name)
