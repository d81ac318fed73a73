import type { OptOutKind } from "../../../domain/rights.ts";

/** What a file of a site says of training on one of its pages. */
export type Signal = {
  kind: OptOutKind;
  /** `reserved`: may not be mined; `constrained`: on conditions; `open`: said to be free; `silent`: says nothing of it. */
  says: "reserved" | "constrained" | "open" | "silent";
  /** The line or field that says so. */
  evidence: string;
};

/** The page that is asked about: its path with query, beginning with a slash. */
export type Page = { path: string };

/** A pattern of robots.txt matches a path from its start; `*` stands for any characters, `$` at the end for the end. */
export function matchesPath(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith("$");
  const parts = (anchored ? pattern.slice(0, -1) : pattern).split("*");
  if (!path.startsWith(parts[0]!)) return false;
  let at = parts[0]!.length;
  for (const [index, part] of parts.slice(1).entries()) {
    const isLast = index === parts.length - 2;
    const found = isLast && anchored ? path.lastIndexOf(part) : path.indexOf(part, at);
    if (found < at) return false;
    at = found + part.length;
  }
  return !anchored || at === path.length;
}

/** Preferences such as `train-ai=n, search=y` or `ai-train=no`: what they say of training, if anything. */
export function trainingPreference(text: string): "reserved" | "open" | undefined {
  for (const [, name, value] of text.matchAll(/([a-z-]{1,40})\s*=\s*([a-z]{1,5})/gi)) {
    if (!/^(?:train-ai|train-genai|ai-train|tdm)$/i.test(name!)) continue;
    if (/^(?:n|no)$/i.test(value!)) return "reserved";
    if (/^(?:y|yes)$/i.test(value!)) return "open";
  }
  return undefined;
}
