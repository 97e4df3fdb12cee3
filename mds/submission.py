"""The whole way of a return: check it, pack it for the region, or take it into the region's store at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mds.duck import connect, spilled
from mds.encrypted import told
from mds.failures import NotPermitted, StoreFailure, UnreadableFile, UsageFailure
from mds.home import Home, load_home
from mds.intake.returns import read_return
from mds.keys import STAGE1, drawer_key_name
from mds.provider.drawer import ALIAS, Drawer
from mds.validate.findings import Findings
from mds.validate.returns import Validation, validate
from mds.validate.surroundings import Surroundings, create_tables
from mds.writing import write_whole, writing
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

    from mds.package import Contents
    from mds.region.receipt import Receipt


MOST_BYTES = 1 << 30
"""Of a package: one of a million contacts takes a thirtieth of this."""


@dataclass(frozen=True)
class Asked:
    """One return to look at: the file, header fields that it may lack, the day it arrived, and answers to warnings."""

    file: Path
    received_on: date
    options: dict[str, str] = field(default_factory=dict)
    answers: Path | None = None


@dataclass
class Checked:
    """A return that was read and validated. Its rows and findings live in `connection`."""

    connection: duckdb.DuckDBPyConnection
    validation: Validation
    findings: Findings
    around: Surroundings
    drawer: Drawer | None = None
    same_as: list[str] = field(default_factory=list)
    """Digests of the files that this provider sent before and that held exactly the same."""
    unused_answers: list[int] = field(default_factory=list)
    """Lines of the answers file that fit no warning of this return."""


@dataclass(frozen=True)
class Submitted:
    """What became of a return: its receipt (None for a package or without a readable header), and whether it was
    the same as what the region had."""

    receipt: Receipt | None = None
    identical: bool = False
    package: Path | None = None
    filed: Path | None = None
    """Where the receipt is filed."""


@contextmanager
def checked(asked: Asked, home: Home | None, *, keeping: bool = False) -> Iterator[Checked]:
    """Read and validate a return, against what the home knows where there is one. Raises UnreadableFile.

    Its provider gets a drawer where there is none when it is for `keeping`.
    """
    connection = connect(home.spill_folder() if home else None)
    try:
        with told("A working file"):
            around = surroundings(connection, home, asked.received_on)
            intake = read_return(connection, asked.file, _defaults(asked.options, home))
            validation = validate(connection, intake, around)
            result = Checked(connection, validation, Findings(connection, intake), around)
            provider = validation.header["provider_code"] or ""
            result.drawer = _drawer(home, provider)
            if home and keeping and result.drawer is None:
                result.drawer = _new_drawer(home, provider, asked.received_on)
            result.same_as = [row[0] for row in connection.execute("FROM same_file ORDER BY ALL").fetchall()]
            _answer(result, asked)
            yield result
    finally:
        connection.close()


def _defaults(options: dict[str, str], home: Home | None) -> dict[str, str]:
    """What a file without a header can be taken to mean: the home's network and channel, the newest version."""
    known = {"schema_version": LATEST.number} if options else {}
    if options and home:
        known |= {"network_code": home.network, "live_or_test": "T" if home.is_test else "L"}
    return {**known, **{name: text for name, text in options.items() if text}}


def surroundings(connection: duckdb.DuckDBPyConnection, home: Home | None, received_on: date) -> Surroundings:
    """Load what is known around a return into a working database."""
    create_tables(connection)
    around = Surroundings(received_on)
    if home is None:
        return around
    around.channel = home.channel
    around.last_day_of_v1 = home.last_day_of_v1
    around.phase_scheme = home.phase_scheme
    around.earlier_of = lambda provider: _drawer(home, provider)
    for row in home.providers:
        connection.execute(
            f"INSERT INTO register VALUES ({', '.join('?' * len(row))})", [text or None for text in row.values()]
        )
    for period in home.periods(received_on):
        connection.execute("INSERT INTO calendar VALUES (?, ?)", list(period))
    around.at_hand |= {"register", "calendar"} | home.reference.fill(connection)
    return around


def _drawer(home: Home | None, provider: str) -> Drawer | None:
    """The drawer of a provider of this home, if it has one."""
    if home is None or not _is_of(home, provider):
        return None
    folder = home.drawer_folder(provider)
    if not home.keys.has(drawer_key_name(provider)) and not (folder / "drawer.duckdb").is_file():
        return None
    return Drawer(folder, home.keys.load(drawer_key_name(provider)))


def _new_drawer(home: Home, provider: str, today: date) -> Drawer | None:
    """A drawer for a provider of this home; its key is the region's to make."""
    if not _is_of(home, provider):
        return None
    if home.role == "region":
        home.keys.load_or_make(drawer_key_name(provider), today)
    return Drawer(home.drawer_folder(provider), home.keys.load(drawer_key_name(provider)))


def _is_of(home: Home, provider: str) -> bool:
    """Whether a provider's returns are handled in this home: one of the register, or the one whose home it is."""
    return provider in {row["provider_code"] for row in home.providers} and home.provider in ("", provider)


def _answer(result: Checked, asked: Asked) -> None:
    """Mark the warnings that have an answer, and count."""
    from mds.provider.answers import mark_answered, read_answers

    given = read_answers(asked.answers) if asked.answers else []
    version, today = result.validation.intake.version, asked.received_on
    if result.drawer and (given or result.drawer.path.is_file()):
        with result.drawer.attached(result.connection):
            result.unused_answers = mark_answered(result.connection, version, given, ALIAS, today)
    elif given:
        result.unused_answers = mark_answered(result.connection, version, given, None, today)
    result.validation.warnings, result.validation.answered = result.findings.count_warnings()


@contextmanager
def submitted(asked: Asked, home: Home, package: Path | None = None) -> Iterator[tuple[Checked, Submitted]]:
    """Check a return and take it in, or put it into `package`. Yields once, while the working database is open."""
    if package is None and home.role != "region":
        raise UsageFailure(
            "This is no region's home. On a provider's machine make a package for the region: mds submit FILE --pack OUT.mdsp"
        )
    with home.locked(), checked(asked, home, keeping=True) as result:
        _check_place(result.validation, home)
        if result.validation.verdict == "sent_back":
            yield result, Submitted() if package else _sent_back(result, home, asked)
            return
        yield result, _kept_beside(result, asked, partial(_handed_on, result, home, asked, package))


def _check_place(validation: Validation, home: Home) -> None:
    """A live return has no place among test data (the other way round a rule sends it back, CP000160), nor has
    another provider's in a provider's home."""
    if home.provider and validation.header["provider_code"] not in (None, home.provider):
        raise NotPermitted(
            f"This is the home of {home.provider} and the return is another provider's. Nothing was done."
        )
    if home.is_test and validation.header["live_or_test"] == "L":
        raise NotPermitted(
            "This return is marked live (L) and this home is for test data, so nothing was stored. "
            "Send it to the live region, or mark it T if it is a test."
        )


def _handed_on(result: Checked, home: Home, asked: Asked, package: Path | None, notes: list[str]) -> Submitted:
    """Pseudonymise the accepted rows, and put them into a package or into the store. `notes` are the loss notes."""
    contents = _pseudonymised(result, home, asked, notes)
    return _seal(home, contents, package) if package else _take_in(home, contents)


def _pseudonymised(result: Checked, home: Home, asked: Asked, notes: list[str]) -> Contents:
    from mds.package import Contents
    from mds.provider.manifest import findings_table, manifest_of
    from mds.pseudonymise.outgoing import pseudonymise

    provider = str(result.validation.header["provider_code"])
    key = home.keys.load(drawer_key_name(provider))
    stage1 = home.keys.load(STAGE1)
    outgoing = pseudonymise(result.connection, key, stage1, (home.network, provider))
    keys = {"stage1": stage1.key_id, "provider": key.key_id}
    manifest = manifest_of(result.validation, home, asked.received_on, keys, notes, result.same_as)
    return Contents(manifest, {**outgoing.tables, "finding": findings_table(result.findings)}, outgoing.envelope)


def _take_in(home: Home, contents: Contents, received_on: date | None = None) -> Submitted:
    from mds.store.merge import take_in

    received = take_in(home, contents, received_on)
    return Submitted(received.receipt, received.identical, filed=home.receipt_path(received.receipt.receipt_id))


def _kept_beside(result: Checked, asked: Asked, hand_on: Callable[[list[str]], Submitted]) -> Submitted:
    """Hand the accepted rows on, and keep them in the provider's drawer once that is done. The two work at the same
    time, each on a database of its own. What was handed on stays so when it cannot be kept. A return that the region
    holds already changes nothing here either."""
    from mds.pseudonymise.accepted import keep_accepted

    notes = keep_accepted(result.connection, result.validation, result.around.phase_scheme)
    if result.drawer is None:
        return hand_on(notes)
    with ThreadPoolExecutor(max_workers=1) as beside, result.connection.cursor() as own:
        in_turn = spilled(own)  # two at a time would ask for memory that is not there
        handing_on = beside.submit(hand_on, notes)
        if in_turn or result.same_as:
            wait([handing_on])
        if result.same_as and handing_on.result().identical:
            return handing_on.result()
        try:
            with result.drawer.keeping(own, result.validation, asked.received_on, result.same_as):
                return handing_on.result()
        except StoreFailure as failure:
            outcome = handing_on.result()  # raises when that was what failed
            done = f"taken in (receipt {outcome.receipt.receipt_id})" if outcome.receipt else "packed"
            raise StoreFailure(
                f"The return was {done}, but it was not kept for comparison with the next one: {failure} "
                "Then send it again."
            ) from None


def _sent_back(result: Checked, home: Home, asked: Asked) -> Submitted:
    """The receipt of a return that was sent back, where its header says whose it is."""
    from mds.provider.manifest import manifest_of
    from mds.store.merge import record_sent_back

    header = result.validation.header
    known = ("provider_code", "return_type", "rp_start", "rp_end", "reference_date")
    if any(header[name] is None for name in known):
        return Submitted()
    keys = {"stage1": home.keys.load(STAGE1).key_id, "provider": ""}
    receipt = record_sent_back(home, manifest_of(result.validation, home, asked.received_on, keys, [], []))
    return Submitted(receipt, filed=home.receipt_path(receipt.receipt_id))


def _seal(home: Home, contents: Contents, package: Path) -> Submitted:
    from mds.exchange import signing_key_of, towards
    from mds.package import seal

    payload_key, linkage_key = towards(home)
    signer = signing_key_of(
        home, contents.manifest["provider_code"], date.fromisoformat(contents.manifest["received_on"])
    )
    sealed = seal(contents, payload_key, linkage_key, signer)
    with writing("The package"):
        write_whole(package, sealed)
    return Submitted(package=package)


def receive_package(package: Path, home: Home, received_on: date | None = None) -> Submitted:
    """Open a package and take it in, on the day that it arrived.

    Raises UnreadableFile when it was altered, NotPermitted when it was seen before or is not for this region.
    """
    from mds.exchange import own_private_keys, signer_of
    from mds.package import read_manifest, unseal
    from mds.region.manifest import check_addressee

    private_keys = own_private_keys(home)
    data = _package_bytes(package)
    manifest = read_manifest(data)
    try:
        contents = unseal(data, signer_of(home, str(manifest.get("provider_code"))), *private_keys)
    except UnreadableFile:
        check_addressee(home, manifest)  # what was made for others cannot be opened, and that is the better word for it
        raise
    with home.locked():
        return _take_in(home, contents, received_on)


def _package_bytes(package: Path) -> bytes:
    try:
        if package.stat().st_size > MOST_BYTES:
            raise UnreadableFile("The package is larger than any return can be.")
        return package.read_bytes()
    except OSError:
        raise UnreadableFile("There is no package of that name that can be read.") from None


def home_at(path: Path | None) -> Home | None:
    """The home that is named, or None. Raises ConfigurationFailure when what is named is no home."""
    return load_home(path) if path else None
