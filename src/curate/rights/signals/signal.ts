import type { OptOutKind } from "../../../domain/rights.ts";

/** Signal of a site's file about training on one of its pages. */
export type Signal = {
  kind: OptOutKind;
  /**
   * `reserved`: may not be mined; `constrained`: subject to conditions, or unclear; `open`: stated to be free;
   * `silent`: no statement.
   */
  says: "reserved" | "constrained" | "open" | "silent";
  /** The line or field of the signal. */
  evidence: string;
};

/** The page: its path with query, beginning with a slash. */
export type Page = { path: string };

/**
 * True if a pattern of robots.txt matches a path from its start; `*` stands for any characters, a final `$` for the
 * end. Both are compared as octets, with letters beyond ASCII in percent encoding.
 *
 * @source RFC 9309, sections 2.2.2 and 2.2.3
 */
export function matchesPath(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith("$");
  const parts = encoded(anchored ? pattern.slice(0, -1) : pattern).split("*");
  const whole = encoded(path);
  if (!whole.startsWith(parts[0]!)) return false;
  let position = parts[0]!.length;
  for (const [index, part] of parts.slice(1).entries()) {
    const isLast = index === parts.length - 2;
    const found = isLast && anchored ? whole.lastIndexOf(part) : whole.indexOf(part, position);
    if (found < position) return false;
    position = found + part.length;
  }
  return !anchored || position === whole.length;
}

/** A path in canonical percent encoding. */
function encoded(path: string): string {
  return path
    .replaceAll(/[^\u0021-\u007e]+/g, (text) => `%${Buffer.from(text).toString("hex").match(/../g)!.join("%")}`)
    .replaceAll(/%([0-9a-f]{2})/gi, (octet, hex: string) => {
      const letter = String.fromCharCode(Number.parseInt(hex, 16));
      return /[\w.~-]/.test(letter) ? letter : octet.toUpperCase();
    });
}

/** Preferences such as `train-ai=n, search=y` or `ai-train=no`: the strictest of those about training, if any. */
export function trainingPreference(text: string): "reserved" | "open" | undefined {
  let says: "open" | undefined;
  for (const [, name, value] of text.matchAll(/([a-z-]{1,40})\s{0,20}=\s{0,20}([a-z]{1,5})/gi)) {
    if (!/^(?:train-ai|train-genai|ai-train|tdm)$/i.test(name!)) continue;
    if (/^(?:n|no)$/i.test(value!)) return "reserved";
    if (/^(?:y|yes)$/i.test(value!)) says = "open";
  }
  return says;
}
