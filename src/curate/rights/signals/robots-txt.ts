import { readFileSync } from "node:fs";

import { matchesPath, type Page, type Signal, trainingPreference } from "./signal.ts";

type Rule = { allow: boolean; pattern: string; line: number; text: string };
type Group = { agents: string[]; rules: Rule[]; preferences: { pattern: string; text: string; line: number }[] };

/** Maximum number of bytes of a robots.txt that are read: the minimum that RFC 9309 §2.5 requires of crawlers. */
const MOST_CHARACTERS = 500 * 1024;

let known: readonly string[] | undefined;

/** Crawlers of training data, as robots.txt names them: `data/training-agents.txt`. */
function trainingAgents(): readonly string[] {
  known ??= readFileSync(new URL("../data/training-agents.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return known;
}

/**
 * Whether robots.txt reserves a page from crawlers that collect training data: it is reserved if any of these crawlers, or
 * all crawlers, must not fetch it, or if a usage preference says so (`Content-Usage: train-ai=n`, `Content-Signal:
 * ai-train=no`).
 *
 * @source RFC 9309 (the most specific rule wins, allow among equals; groups of one agent are merged);
 *   draft-ietf-aipref-attach (Content-Usage) and contentsignals.org (Content-Signal), read 2026-11-25
 */
export function robotsTxt(text: string, { path }: Page): Signal {
  const groups = parse(text.slice(0, MOST_CHARACTERS));
  const preference = preferenceOf(groups, path);
  if (preference?.says === "reserved") return { kind: "robots.txt", ...preference };
  for (const agent of [...trainingAgents(), "*"]) {
    const rule = decidingRule(groups, agent, path);
    if (rule !== undefined && !rule.allow) {
      const evidence = `line ${rule.line}: ${rule.text} (User-agent: ${agent})`;
      return { kind: "robots.txt", says: "reserved", evidence };
    }
  }
  if (preference !== undefined) return { kind: "robots.txt", ...preference };
  return { kind: "robots.txt", says: "silent", evidence: "no rule blocks training crawlers from this path" };
}

function parse(text: string): Group[] {
  const groups: Group[] = [];
  let current: Group | undefined;
  let open = false; // user-agent lines in a row make one group
  for (const [index, whole] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = whole.replace(/#.*$/, "").trim();
    const colon = line.indexOf(":");
    if (colon === -1) continue;
    const field = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (field === "user-agent") {
      if (!open || current === undefined) groups.push((current = { agents: [], rules: [], preferences: [] }));
      current.agents.push(productToken(value));
      open = true;
      continue;
    }
    if (field === "allow" || field === "disallow") {
      open = false;
      if (value !== "") current?.rules.push({ allow: field === "allow", pattern: value, line: index + 1, text: line });
    } else if (field === "content-usage" || field === "content-signal") {
      open = false;
      if (current === undefined) groups.push((current = { agents: ["*"], rules: [], preferences: [] }));
      const [, pattern, rest] = /^(\/\S*)\s+(.+)$/.exec(value) ?? [undefined, "/", value];
      current.preferences.push({ pattern: pattern, text: rest, line: index + 1 });
    }
  }
  return groups;
}

/** The rule that applies to an agent with separate groups, or to all others under `*`. */
function decidingRule(groups: readonly Group[], agent: string, path: string): Rule | undefined {
  const name = agent.toLowerCase();
  const rules = groups.filter(({ agents }) => agents.includes(name)).flatMap((group) => group.rules);
  const matching = rules.filter(({ pattern }) => matchesPath(pattern, path));
  return matching.toSorted((a, b) => b.pattern.length - a.pattern.length || Number(b.allow) - Number(a.allow))[0];
}

/** The preference of the longest matching pattern; the strictest of several of equal length. */
function preferenceOf(groups: readonly Group[], path: string): Pick<Signal, "says" | "evidence"> | undefined {
  const found = groups
    .flatMap(({ preferences }) => preferences)
    .filter(({ pattern }) => matchesPath(pattern, path))
    .flatMap(({ pattern, text, line }) => {
      const says = trainingPreference(text);
      return says === undefined ? [] : [{ length: pattern.length, says, evidence: `line ${line}: ${text}` }];
    })
    .toSorted((a, b) => b.length - a.length || Number(b.says === "reserved") - Number(a.says === "reserved"));
  const [first] = found;
  return first === undefined ? undefined : { says: first.says, evidence: first.evidence };
}

/** The name of a crawler without its version, which RFC 9309 §2.2.1 compares ignoring case. */
function productToken(agent: string): string {
  return agent === "*" ? agent : (/^[a-z0-9_-]+/i.exec(agent)?.[0] ?? agent).toLowerCase();
}
