import { matchesPath, type Page, type Signal } from "./signal.ts";

/** File types with text content: rules of ai.txt for images and sound do not apply to rows of text. */
const TEXT_ENDINGS = [".txt", ".html", ".htm", ".md", ".pdf", ".doc", ".docx", ".json", ".xml", ".csv", ".js", ".py"];

/**
 * Signal of an ai.txt for a page. Its rules are patterns of paths or file types, allow or disallow; the longest match
 * applies.
 *
 * @source spawning.ai, ai.txt (rules of robots.txt for kinds of media); written from memory, the page was not opened
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
