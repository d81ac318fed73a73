import { sha256 } from "../base/hash.ts";
import type { ComplianceReport } from "../domain/compliance.ts";

/** Longest line of a calendar, in bytes, before it is folded (RFC 5545, 3.1). */
const LINE_BYTES = 75;

/**
 * Days on which duties begin, as a calendar file: the dates of the law, the requirements that apply from a later day, and
 * the days by which people were asked for evidence that is still open. Equal reports give equal bytes.
 *
 * @source RFC 5545
 */
export function dutyCalendar({
  programme,
  on,
  deadlines,
  requirements,
}: Pick<ComplianceReport, "programme" | "on" | "deadlines" | "requirements">): string {
  const later = requirements.flatMap(({ id, title, ref, from, applies }) =>
    applies === "later" && from !== null
      ? [{ uid: id, date: from, summary: `${id}: ${title}`, description: `${ref} applies from this day.` }]
      : [],
  );
  const law = deadlines.map(({ date, what }) => ({
    uid: `law-${date}`,
    date,
    summary: what,
    description: "EU AI Act.",
  }));
  const events = [...law, ...later, ...asked(requirements)].flatMap(({ uid, date, summary, description }) => [
    "BEGIN:VEVENT",
    `UID:${uid}@tunewright`,
    `DTSTAMP:${compact(on)}T000000Z`,
    `DTSTART;VALUE=DATE:${compact(date)}`,
    `SUMMARY:${escaped(`${programme}: ${summary}`)}`,
    `DESCRIPTION:${escaped(`${description} Not legal advice.`)}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ]);
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tunewright//Duties//EN", ...events, "END:VCALENDAR"];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** One event for each day and person, with the open items. */
function asked(requirements: ComplianceReport["requirements"]) {
  const byPerson = new Map<string, { date: string; from: string; items: Set<string> }>();
  for (const { id, applies, evidence } of requirements) {
    if (applies === "unknown") continue;
    for (const { artifact, state, askedFrom, due } of evidence) {
      if (state === "found" || askedFrom === null || due === null) continue;
      const key = `${due} ${askedFrom}`;
      const entry = byPerson.get(key) ?? { date: due, from: askedFrom, items: new Set() };
      entry.items.add(`${artifact} (${id})`);
      byPerson.set(key, entry);
    }
  }
  return [...byPerson.values()].map(({ date, from, items }) => ({
    uid: `due-${date}-${sha256(from).slice(0, 12)}`,
    date,
    summary: `evidence due from ${from}`,
    description: `${[...items].join("; ")}.`,
  }));
}

function compact(day: string): string {
  return day.replaceAll("-", "");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, String.raw`\$&`).replaceAll(/\r?\n/g, String.raw`\n`);
}

/** A line folded into lines of at most 75 bytes, each but the first after a space; no character is split. */
function folded(line: string): string {
  const parts: string[] = [""];
  let bytes = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > LINE_BYTES) {
      parts.push(" ");
      bytes = 1;
    }
    parts[parts.length - 1] += character;
    bytes += size;
  }
  return parts.join("\r\n");
}
