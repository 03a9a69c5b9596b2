"""The world of a running process, loaded from the store and swapped when the store has changed."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import groupby

import structlog

from bot import unit_files
from bot.live_catalogs import LiveCatalogs
from bot.settings import Settings
from catalog.catalogs import Catalog, Catalogs
from catalog.offices import Offices
from catalog.search.breath import never_busy
from handlers.unit_settings.settings import CurrentSettings
from handlers.world import World
from reports.bulletins.timetable import SEND_TIME
from reports.missed.groups import Handling
from reports.missed.matters import offices_by_unit
from storage.store import SqlStore
from surveys.questionnaire import DefinitionError, Questionnaire, parse, shipped

log = structlog.get_logger(__name__)


class NoUnits(Exception):
    """The store has no unit yet."""


class LiveWorld:
    """Holds the current snapshot. Calling it gives the snapshot; `refresh` looks for changes.

    `home` is the unit of a chat that named none; by default the first unit that has a counter.
    `forms` are the questionnaires, by default the shipped ones. `target` is the wanted satisfaction rate.
    `busy` tells whether citizens wait for an answer; building pauses while they do.
    `due_days`, `offices`, `address`: see World.
    """

    def __init__(
        self,
        store: SqlStore,
        home: str = "",
        forms: Mapping[str, Questionnaire] | None = None,
        target: int = 0,
        *,
        due_days: int = World.due_days,
        offices: Offices | None = None,
        address: str = "",
        busy: Callable[[], bool] = never_busy,
    ) -> None:
        self._store = store
        self._target = target
        self._home = home
        self._due_days = due_days
        self._offices = offices or Offices()
        self._address = address
        self._forms = shipped() if forms is None else forms
        self._world: World | None = None
        self._live_catalogs = LiveCatalogs(busy)
        self._catalogs: Mapping[str, Catalog] = {}
        self._generation = -1
        self._refreshing = asyncio.Lock()
        self._wordings: dict[tuple[str, int], Questionnaire | None] = {}
        self._matters: list[Handling] = []
        self._offices_by_unit: dict[str, Offices] = {}

    @classmethod
    def of(cls, settings: Settings, store: SqlStore, busy: Callable[[], bool] = never_busy) -> "LiveWorld":
        """Return a world with the settings and the unit's files in DATA_DIR; nothing is loaded yet."""
        return cls(
            store,
            settings.home_unit,
            unit_files.load(settings.data_dir),
            settings.satisfaction_target,
            due_days=settings.dossiers_due_days,
            offices=unit_files.load_offices(settings.data_dir),
            address=settings.address,
            busy=busy,
        )

    def __call__(self) -> World:
        """Return the current snapshot."""
        if self._world is None:
            raise NoUnits
        return self._world

    @property
    def forms(self) -> list[Questionnaire]:
        """The questionnaires in use."""
        return list(self._forms.values())

    @property
    def ready(self) -> bool:
        """Whether a snapshot is loaded."""
        return self._world is not None

    async def close(self) -> None:
        """Stop loading."""
        await self._live_catalogs.close()

    async def refresh(self) -> None:
        """Load what changed in the store; the old snapshot stays in use until the new one is complete."""
        async with self._refreshing:
            await self._load_catalogs()
            await self.load_places()

    async def _load_catalogs(self) -> None:
        self._live_catalogs.earlier_texts.forget(time.monotonic())
        async with self._store.reading() as tx:
            generation = await tx.generation()
            if generation != self._generation:
                parents = {code: unit.parent for code, unit in (await tx.units()).items()}
                self._catalogs = await self._live_catalogs.refresh(tx, parents)
                self._generation = generation
                log.debug("catalog_loaded", procedures=sum(map(len, self._catalogs.values())), generation=generation)

    async def load_places(self) -> None:
        """Load units, counters and wordings of forms, and leave the catalogs as they are."""
        async with self._store.reading() as tx:
            units, counters, closed = await tx.units(), await tx.counters(), await tx.counters(active=False)
            matters = await tx.matters_of_others()
            settings = await tx.settings()
            for (code, version), source in (await tx.wordings(self._wordings)).items():
                self._wordings[code, version] = _read(code, version, source)
        if not units:
            raise NoUnits
        parents = {unit.code: unit.parent for unit in units.values()}
        served = (code for code in units if any(counter.unit == code for counter in counters.values()))
        world = World(
            units=units,
            counters=counters,
            closed=closed,
            forms=self._forms,
            wordings={key: form for key, form in self._wordings.items() if form},
            catalogs=Catalogs(self._catalogs, parents, self._live_catalogs.earlier_texts),
            home=self._home if self._home in units else next(served, next(iter(units))),
            weekly_time=SEND_TIME.strftime("%H:%M"),
            due_days=self._due_days,
            target=self._target,
            offices=self._offices,
            settings={code: CurrentSettings.of(listed) for code, listed in groupby(settings, lambda one: one.unit)},
            address=self._address,
        )
        if matters != self._matters:
            self._offices_by_unit = offices_by_unit(world, matters)
            self._matters = matters
        world = replace(world, unit_offices=self._offices_by_unit)
        self._world = replace(world, home=world.standing(world.home))


def _read(code: str, version: int, source: str) -> Questionnaire | None:
    """Read a stored wording; if this version of the product cannot, log that and return None."""
    try:
        return parse(source, f"{code} {version}")
    except DefinitionError as error:
        log.warning("wording_unreadable", form=code, version=version, reason=str(error))
        return None
