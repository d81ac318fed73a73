import { matchesPath, type Page, type Signal } from "./signal.ts";

/** Kinds of files whose content is text: what ai.txt says of pictures and sound does not bear on rows of text. */
const TEXT_ENDINGS = [".txt", ".html", ".htm", ".md", ".pdf", ".doc", ".docx", ".json", ".xml", ".csv", ".js", ".py"];

/**
 * What an ai.txt says of a page. Its rules are patterns of paths or of kinds of files, allow or disallow; the longest
 * that matches decides.
 *
 * @source spawning.ai, ai.txt (rules of robots.txt over kinds of media); from memory, its page was not opened
 */
export function aiTxt(text: string, { path }: Page): Signal {
  const name = path.replace(/[?#].*$/, "").toLowerCase();
  const ending = TEXT_ENDINGS.find((text) => name.endsWith(text)) ?? ".html";
  const rules = text.split(/\r\n|\r|\n/).flatMap((whole, index) => {
    const [, verb, pattern] = /^\s*(allow|disallow)\s*:\s*(\S+)/i.exec(whole) ?? [];
    if (verb === undefined) return [];
    const kind = /^\*?(\.\w{1,10})\$?$/.exec(pattern!)?.[1]?.toLowerCase();
    const matches = kind === undefined ? pattern === "*" || matchesPath(pattern!, path) : kind === ending;
    return matches ? [{ allow: /^allow$/i.test(verb), pattern: pattern!, line: index + 1, text: whole.trim() }] : [];
  });
  const [rule] = rules.toSorted((a, b) => b.pattern.length - a.pattern.length || Number(b.allow) - Number(a.allow));
  if (rule === undefined) return { kind: "ai.txt", says: "silent", evidence: "no rule applies to this page" };
  return { kind: "ai.txt", says: rule.allow ? "open" : "reserved", evidence: `line ${rule.line}: ${rule.text}` };
}
