import type { ComplianceReport } from "../domain/compliance.ts";

/** Longest line of a calendar, in bytes, before it is folded (RFC 5545, 3.1). */
const LINE_BYTES = 75;

/**
 * Days on which duties begin, as a calendar file: the dates of the law, and the requirements that apply from a later
 * day. Equal reports give equal bytes.
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
  const events = [...law, ...later].flatMap(({ uid, date, summary, description }) => [
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
