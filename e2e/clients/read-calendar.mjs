// Reads a calendar with ical.js as it comes from npm, and says what it found, as JSON: the second reader beside Python's icalendar.
//   node read-calendar.mjs < calendar.ics
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

// A line that is no property, or a value that is none of its type, is an error.
ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component, { strictExceptions: true });
  return {
    uid: event.uid,
    summary: event.summary,
    description: event.description,
    start: event.startDate.isDate ? event.startDate.toString() : "not a whole day",
    days: event.duration.toSeconds() / 86_400,
    sequence: event.sequence,
  };
});
const refresh = calendar.getFirstProperty("refresh-interval");
const facts = {
  REFRESH: refresh.type,
  HOURS: refresh.getFirstValue().toSeconds() / 3600,
  METHOD: calendar.getFirstPropertyValue("method"),
};
console.log(JSON.stringify({ facts, events }));
