"""Where the collection stands: which returns came, which are missing, what replaced what, and what the store holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from mds_schemas.versions import parts

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


RECENT = 8
"""So many periods are told of whether or not a return came."""


def standing(connection: duckdb.DuckDBPyConnection, home: Home, today: date, provider: str = "") -> dict[str, Any]:
    """The periods up to `today`, with the standing of every provider that is open then.

    Of the last two years those from the first return on, of the years before only those of which returns count.
    """
    receipts = [
        dict(zip(("receipt_id", "received_on", "sequence", "provider_code", "return_type", "rp_start", "rp_end", "verdict",
                  "counts_for", "is_current", "replaced"), row, strict=True))
        for row in connection.execute(
            "SELECT receipt_id, received_on::VARCHAR, sequence, provider_code, return_type, rp_start::VARCHAR,"
            " rp_end::VARCHAR, verdict, counts_for, counts_for <> '', replaced FROM receipt ORDER BY sequence"
        ).fetchall()
    ]  # fmt: skip
    people = connection.execute("SELECT count(*), count(*) FILTER (providers > 1) FROM person").fetchone() or (0, 0)
    counting = {receipt["rp_start"] for receipt in receipts if receipt["verdict"] != "sent_back"}
    sent = {receipt["rp_start"] for receipt in receipts}
    over = [(start, end) for start, end in home.periods(today) if end < today or start.isoformat() in sent]
    recent = [(start, end) for start, end in over[-RECENT:] if start.isoformat() >= min(sent, default="9999")]
    older = [(start, end) for start, end in over[:-RECENT] if start.isoformat() in counting]
    periods = [_period(home, receipts, start, end, provider) for start, end in older + recent]
    history = [receipt for receipt in receipts if provider in ("", receipt["provider_code"])]
    return {"network": home.network, "children": people[0], "children_at_several_providers": people[1],
            "periods": periods, "receipts": history}  # fmt: skip


def _period(home: Home, receipts: list[dict[str, Any]], start: date, end: date, provider: str) -> dict[str, Any]:
    rows = []
    for known in home.providers_open(start, end):
        code = known["provider_code"]
        if provider not in ("", code):
            continue
        own = [
            r for r in receipts
            if r["provider_code"] == code and r["rp_start"] == start.isoformat() and "MDS" in parts(r["return_type"])
        ]  # fmt: skip
        current = next((r for r in own if "MDS" in r["counts_for"].split(";")), None)
        row: dict[str, Any]
        if current:
            row = {"standing": current["verdict"], "receipt_id": current["receipt_id"], "received_on": current["received_on"],
                   "replaced": sum(r["verdict"] != "sent_back" for r in own) - 1,
                   "sent_back_later": own[-1]["verdict"] == "sent_back"}  # fmt: skip
        elif own:
            row = {"standing": "sent_back", "receipt_id": own[-1]["receipt_id"], "received_on": own[-1]["received_on"]}
        else:
            row = {"standing": "missing"}
        row["questionnaire"] = _questionnaire(receipts, code, start)
        rows.append({"provider_code": code, "provider_name": known["provider_name"], **row})
    return {"rp_start": start.isoformat(), "rp_end": end.isoformat(), "providers": rows}


def _questionnaire(receipts: list[dict[str, Any]], provider: str, start: date) -> dict[str, Any] | None:
    """The questionnaire of a provider that holds in the period that begins on `start`: the last of that day or before."""
    held = [
        r for r in receipts
        if r["provider_code"] == provider and "SQ" in r["counts_for"].split(";") and r["rp_start"] <= start.isoformat()
    ]  # fmt: skip
    if not held:
        return None
    last = max(held, key=lambda r: str(r["rp_start"]))
    return {name: last[name] for name in ("receipt_id", "received_on", "rp_start", "verdict")}


_WORDS = {
    "accepted": "accepted",
    "accepted_in_part": "accepted in part",
    "sent_back": "SENT BACK",
    "missing": "MISSING",
}


def _told(questionnaire: dict[str, Any] | None) -> str:
    return f"services of {questionnaire['rp_start']}" if questionnaire else "services MISSING"


def table_text(found: dict[str, Any], home: Home) -> str:
    """The standing as text, newest period last."""
    lines = ["TEST DATA"] if home.is_test else []
    asked = any(row["questionnaire"] for period in found["periods"] for row in period["providers"])
    for period in found["periods"]:
        received = sum(row["standing"].startswith("accepted") for row in period["providers"])
        lines.append(
            f"\n{period['rp_start']} to {period['rp_end']}: {received} of {len(period['providers'])} returns count"
        )
        for row in period["providers"]:
            when = f"{row.get('received_on', ''):<10}  {row.get('receipt_id', '')}"
            again = f"  replaced {row['replaced']} earlier" if row.get("replaced") else ""
            again += "  a later one was SENT BACK" if row.get("sent_back_later") else ""
            again += f"  {_told(row['questionnaire'])}" if asked else ""
            lines.append(
                f"  {row['provider_code']:<8} {row['provider_name'][:34]:<34} {_WORDS[row['standing']]:<17} {when}{again}"
            )
    lines.append(
        f"\nNetwork {found['network']}: {found['children']:,} {'child' if found['children'] == 1 else 'children'} in the "
        f"store, {found['children_at_several_providers']:,} known to more than one provider."
    )
    return "\n".join(lines).strip("\n")
