"""The synthetic network: generates every return of its providers, and says what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mds.demo.care import Link, link_child, number_links
from mds.demo.ending import choose_place
from mds.demo.files import sheets, write_return, write_workbook
from mds.demo.garden import Garden, Planted
from mds.demo.people import Child
from mds.demo.periods import PERIODS, Period
from mds.demo.plans import make_equipment, make_plans
from mds.demo.planted import plant_all, second_hospice
from mds.demo.population import make_children
from mds.demo.providers import NOT_SENT, PROVIDERS, Provider
from mds.demo.questionnaires import questionnaires
from mds.demo.reference import write_reference
from mds.demo.returns import Return, Writer
from mds.demo.stays import hospital_stays
from mds.demo.trouble import LATE, as_sent

SEED = 2026


@dataclass(frozen=True)
class SentReturn:
    """One return as it was written: whose, for which period, in which version, and where."""

    provider_code: str
    period: Period
    version: str
    path: Path
    nil: bool = False
    late: int | None = None
    """How many days after the end of the period it came, where it was late."""


@dataclass(frozen=True)
class KnownChild:
    """One child in truth, and the local number at each provider that knows it."""

    identity: int
    nhs_number: str
    born: date | None
    sex: str
    local_ids: dict[str, str]


@dataclass
class Network:
    """What was generated. A test of linkage compares its clusters with `children`."""

    folder: Path
    seed: int
    providers: tuple[Provider, ...] = PROVIDERS
    periods: tuple[Period, ...] = PERIODS
    returns: list[SentReturn] = field(default_factory=list)
    questionnaires: list[SentReturn] = field(default_factory=list)
    messy: list[SentReturn] = field(default_factory=list)
    not_sent: tuple[tuple[str, Period], ...] = ()
    children: list[KnownChild] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)


@dataclass
class Story:
    """All children with their links, and the writer of their returns."""

    children: list[Child]
    links: list[Link]
    planted: list[Planted]
    writer: Writer


def tell(seed: int = SEED) -> Story:
    """The whole story, before anything is written."""
    children = make_children(seed)
    links: list[Link] = []
    for position, child in enumerate(children):
        mine = link_child(child, position, seed)
        _hear_late(child, mine)
        choose_place(child, mine, seed)
        links.extend(mine)
    links.extend(second_hospice(links))
    number_links(links)
    for link in links:
        make_plans(link, seed)
        make_equipment(link, seed)
    stays = {link.local_id: hospital_stays(link, seed) for link in links}
    garden = Garden(links, stays, [])
    late_movers = plant_all(garden)
    writer = Writer(links, seed, late_movers)
    writer.add_stays(stays)
    return Story(children, links, garden.planted, writer)


def _hear_late(child: Child, links: list[Link]) -> None:
    """The hospital hears of a death only after it has sent its return."""
    if child.course.late_news:
        next(link for link in links if link.provider.kind == "AC").hears_late = True


def returns_of(story: Story) -> list[Return]:
    """Every return that was sent, period by period."""
    sent = [(provider, period) for period in PERIODS for provider in PROVIDERS if (provider, period) != NOT_SENT]
    return [as_sent(story.writer.write(provider, period)) for provider, period in sent]


def generate(folder: Path, seed: int = SEED, messy: bool = True) -> Network:
    """Write the register, the reference snapshots, the clean returns and the messy ones into `folder`."""
    from mds.demo.messy import write_messy

    story = tell(seed)
    network = Network(folder, seed, not_sent=((NOT_SENT[0].code, NOT_SENT[1]),), planted=story.planted)
    network.children = _known(story)
    write_reference(folder)
    for sent in returns_of(story):
        path = write_return(folder / "returns" / sent.period.name, sent)
        about = (sent.provider.code, sent.period, sent.version.number)
        late = LATE.get((sent.provider, sent.period))
        network.returns.append(SentReturn(*about, path, sent.nil, late))
        if messy and not sent.nil and (written := write_messy(folder / "returns-messy" / sent.period.name, sent)):
            network.messy.append(SentReturn(*about, written))
    for sent in questionnaires(story.writer):
        path = folder / "returns" / sent.period.name / f"{sent.provider.code}-services.xlsx"
        write_workbook(path, sheets(sent, by_name=False))
        network.questionnaires.append(SentReturn(sent.provider.code, sent.period, sent.version.number, path))
    return network


def _known(story: Story) -> list[KnownChild]:
    local_ids: dict[int, dict[str, str]] = {}
    for link in story.links:
        local_ids.setdefault(link.child.identity, {})[link.provider.code] = link.local_id
    return [
        KnownChild(child.identity, child.nhs_number, child.born, child.sex, local_ids[child.identity])
        for child in story.children
    ]
