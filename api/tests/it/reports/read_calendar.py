"""Reads a calendar with icalendar, which others wrote, and says what it found, as JSON."""

import json
import sys

import icalendar

calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
assert not calendar.errors, calendar.errors
events = []
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    events.append(
        {
            "uid": str(event["UID"]),
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
            "start": event.decoded("DTSTART").isoformat(),
            "end": event.decoded("DTEND").isoformat() if "DTEND" in event else None,
            "sequence": event.decoded("SEQUENCE"),
            "stamp": event.decoded("DTSTAMP").isoformat(),
        }
    )
facts = {name: str(calendar.get(name)) for name in ["VERSION", "PRODID", "METHOD", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "X-WR-CALNAME"]}
print(json.dumps({"facts": facts, "events": events}))
