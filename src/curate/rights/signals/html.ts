import type { Signal } from "./signal.ts";

/** Characters of a page that are looked through: its head. */
const HEAD_CHARACTERS = 200_000;

/**
 * What the meta elements of a page say: `tdm-reservation`, and `noai` among the directives of robots.
 *
 * @source W3C TDM Reservation Protocol (10 May 2024) section 6.3; DeviantArt's noai, 2022-11
 */
export function htmlMeta(text: string): Signal {
  for (const [element] of text.slice(0, HEAD_CHARACTERS).matchAll(/<meta\b[^<>]{0,1000}>/gi)) {
    const name = attribute(element, "name")?.toLowerCase();
    const content = attribute(element, "content")?.trim() ?? "";
    if (name === "tdm-reservation" && (content === "1" || content === "0")) {
      return { kind: "html", says: content === "1" ? "reserved" : "open", evidence: element };
    }
    if (name === "robots" && /\bnoai\b/i.test(content)) return { kind: "html", says: "reserved", evidence: element };
  }
  return { kind: "html", says: "silent", evidence: "no meta element is about training" };
}

function attribute(element: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`\\s${name}\\s?=\\s?(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(element) ?? [];
  return double ?? single ?? bare;
}
