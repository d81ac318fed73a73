import type { Signal } from "./signal.ts";

/** Number of characters of a page that are searched: its head. */
const HEAD_CHARACTERS = 200_000;

/**
 * Signal of the meta elements of a page: `tdm-reservation`, and `noai` among the directives of robots.
 *
 * @source W3C TDM Reservation Protocol (10 May 2024) section 6.3; DeviantArt's noai, 2022-11
 */
export function htmlMeta(text: string): Signal {
  let open: Signal | undefined;
  for (const [element] of text.slice(0, HEAD_CHARACTERS).matchAll(/<meta\b[^<>]{0,1000}>/gi)) {
    const name = attribute(element, "name")?.toLowerCase();
    const content = attribute(element, "content")?.trim() ?? "";
    if (name === "tdm-reservation" && content === "1") return { kind: "html", says: "reserved", evidence: element };
    if (name === "tdm-reservation" && content === "0") open ??= { kind: "html", says: "open", evidence: element };
    if (name === "robots" && /\bnoai\b/i.test(content)) return { kind: "html", says: "reserved", evidence: element };
  }
  return open ?? { kind: "html", says: "silent", evidence: "no meta element concerns training" };
}

function attribute(element: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`\\s${name}\\s{0,20}=\\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\\s"'>/]+))`, "i").exec(element) ?? [];
  return double ?? single ?? bare;
}
