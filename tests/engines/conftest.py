"""Engines on a stage of their own."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.metrics import Metrics
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.edge.call import Timeouts
from guildhall.engines.api import Engine
from guildhall.engines.builtin.engine import BuiltinEngine
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.engines.opencode.configuration import ModelFacts
from guildhall.engines.opencode.engine import OpencodeEngine
from guildhall.gateway.completions import Completions
from guildhall.gateway.runtime import Gateway
from guildhall.mcp.policy import McpPolicy
from guildhall.mcp.runtime import McpRuntime
from guildhall.workspaces.background import BackgroundCommands
from guildhall.workspaces.command_policy import CommandPolicy
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.sandbox import Sandbox
from tests.clients.catalogue import OPENCODE, installed
from tests.engines.stage import Stage
from tests.fakes.engine import FakeEngine
from tests.gateway.gateways import another_gateway
from tests.gateway.providers import Simulator, channel, simulating


@pytest_asyncio.fixture(scope="session")
async def provider() -> AsyncIterator[Simulator]:
    """The simulator, in whose words models answer."""
    async with simulating() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def model(admin: httpx.AsyncClient, provider: Simulator) -> str:
    """A model that the simulator plays, without pauses."""
    name = new_id("m")
    created = await admin.post("/api/v1/gateway/channels", json=channel(name, provider.url, name))
    assert created.status_code == 201, created.text
    return name


@pytest_asyncio.fixture(scope="session")
async def gateway(settings: Settings, db: Database, model: str) -> AsyncIterator[Gateway]:
    """The way to the model."""
    async with another_gateway(settings, db, Timeouts()) as made:
        yield made


@pytest.fixture(scope="session")
def completions(gateway: Gateway) -> Completions:
    """The way from inside."""
    return gateway.completions


@pytest_asyncio.fixture(scope="session")
async def toolbox(settings: Settings, db: Database) -> AsyncIterator[Toolbox]:
    """What the built-in engine's tools are made of; addresses of this machine may be fetched."""
    sandbox = Sandbox(settings)
    workspaces = Workspaces(db, settings.data_dir / "workspaces", WorkspacePolicy)
    keyring = load_keyring(settings)
    mcp = McpRuntime(settings, db=db, keyring=keyring, workspaces=workspaces, sandbox=sandbox, policy=McpPolicy)
    background = BackgroundCommands(sandbox)
    yield Toolbox(workspaces, sandbox, background, CommandPolicy, mcp=mcp, may_fetch_privately=True)
    await mcp.stop()
    await sandbox.stop()


@pytest.fixture
def builtin(completions: Completions, toolbox: Toolbox) -> BuiltinEngine:
    """The built-in engine."""
    return BuiltinEngine(completions, toolbox)


@pytest_asyncio.fixture(scope="session")
async def opencode(settings: Settings, gateway: Gateway, toolbox: Toolbox, model: str) -> AsyncIterator[OpencodeEngine]:
    """opencode itself, of the version that the product is built for."""
    made = OpencodeEngine(
        settings.model_copy(update={"opencode": installed(OPENCODE)}),
        doorway=gateway.doorway,
        workspaces=toolbox.workspaces,
        sandbox=toolbox.sandbox,
        models=lambda: [ModelFacts(model, 128_000, 8_000)],
        metrics=Metrics(),
        mcp=toolbox.mcp,
    )
    yield made
    await made.stop()


@pytest.fixture(
    params=["builtin", "fake", pytest.param("opencode", marks=[pytest.mark.slow, pytest.mark.timeout(120)])]
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine there is."""
    return FakeEngine() if request.param == "fake" else request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest_asyncio.fixture
async def workspace(member: httpx.AsyncClient) -> AsyncIterator[str]:
    """An empty workspace, for one test."""
    created = await member.post("/api/v1/workspaces", json={"name": new_id("w")})
    assert created.status_code == 201, created.text
    workspace_id = str(created.json()["id"])
    yield workspace_id
    await member.delete(f"/api/v1/workspaces/{workspace_id}")


@pytest_asyncio.fixture(scope="session")
async def person(member: httpx.AsyncClient) -> str:
    """The member's id."""
    return str((await member.get("/api/v1/me")).json()["id"])


@pytest_asyncio.fixture(scope="session")
async def shared_workspace(member: httpx.AsyncClient) -> str:
    """A workspace for many tests, because every one that opencode works in costs a process."""
    created = await member.post("/api/v1/workspaces", json={"name": new_id("w")})
    return str(created.json()["id"])


@pytest_asyncio.fixture
async def stage(
    engine: Engine, model: str, person: str, workspace: str, shared_workspace: str, toolbox: Toolbox
) -> Stage:
    """Each engine on a stage."""
    if engine.name == "opencode":
        root = await toolbox.workspaces.root(shared_workspace)
        return Stage(engine, model, person, shared_workspace, root, "glob", {"pattern": "*"})
    return Stage(engine, model, person, workspace, await toolbox.workspaces.root(workspace))


@pytest_asyncio.fixture
async def desk(builtin: BuiltinEngine, model: str, person: str, workspace: str, toolbox: Toolbox) -> Stage:
    """The built-in engine on a stage, with a file in its workspace."""
    made = Stage(builtin, model, person, workspace, await toolbox.workspaces.root(workspace))
    await toolbox.workspaces.write(workspace, "notes.txt", b"one\ntwo\nthree\n", by="user")
    return made
