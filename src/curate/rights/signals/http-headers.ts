import { type Signal, trainingPreference } from "./signal.ts";

/**
 * Signal of the response headers of a page: `tdm-reservation`, `X-Robots-Tag: noai`, `Content-Usage`.
 *
 * @param text  header lines as printed by a client; a status line and others are ignored
 * @source W3C TDM Reservation Protocol (10 May 2024) section 6.2; draft-ietf-aipref-attach; DeviantArt's noai, 2022-11
 */
export function httpHeaders(text: string): Signal {
  const found: Signal[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const [, name, value] = /^([\w-]{1,100})\s*:\s*(.*)$/.exec(line.trim()) ?? [];
    const says = name === undefined ? undefined : headerSays(name.toLowerCase(), value!);
    if (says !== undefined) found.push({ kind: "http-headers", says, evidence: `line ${index + 1}: ${line.trim()}` });
  }
  return (
    found.find(({ says }) => says === "reserved") ??
    found[0] ?? { kind: "http-headers", says: "silent", evidence: "no header concerns training" }
  );
}

function headerSays(name: string, value: string): "reserved" | "open" | undefined {
  if (name === "tdm-reservation") return value === "1" ? "reserved" : value === "0" ? "open" : undefined;
  if (name === "x-robots-tag") return /\bnoai\b/i.test(value) ? "reserved" : undefined;
  if (name === "content-usage" || name === "content-signal") return trainingPreference(value);
  return undefined;
}
