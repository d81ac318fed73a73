import type { SourceRights } from "../../../domain/rights.ts";
import { readSignal } from "./read-signal.ts";
import type { Signal } from "./signal.ts";

/** Maximum number of patterns of a file that are tried if the page of a row is unknown. */
const MOST_PATTERNS = 1_000;

/**
 * Signals of a dataset's opt-out files for a row.
 * If the row names a page, the files of its site apply to its path; a site without a file is a question for counsel. If
 * the row names no page, a file that reserves everything applies, and one that reserves some pages is a question for
 * counsel, because the row may be from one of them.
 *
 * @param url page that the row names, undefined if it names none
 * @param texts texts of the files by their names in the rights file
 */
export function pageSignals(
  { optOut }: SourceRights,
  { url, texts }: { url: string | undefined; texts: ReadonlyMap<string, string> },
): Signal[] {
  const page = url === undefined ? undefined : parsed(url);
  const read = (file: SourceRights["optOut"][number], path: string): Signal =>
    readSignal({ kind: file.kind, text: texts.get(file.file) ?? "", name: file.file }, { path });
  if (page === undefined)
    return optOut.map((file) => somewhere(texts.get(file.file) ?? "", (path) => read(file, path)));
  const mine = optOut.filter(({ host }) => host === undefined || isHost(page.hostname, host));
  const [any] = optOut;
  if (mine.length === 0 && any !== undefined) {
    const evidence = `no file of ${page.hostname} was given, so its reservations are unknown`;
    return [{ kind: any.kind, says: "constrained", evidence }];
  }
  return mine.map((file) => read(file, `${page.pathname}${page.search}`));
}

/** Signal of a file for the site as a whole, and for any page that it names. */
function somewhere(text: string, read: (path: string) => Signal): Signal {
  const whole = read("/");
  if (whole.says === "reserved") return whole;
  const patterns = [...text.matchAll(/(?:[:\s"]|^)(\/[^\s"#]{1,500})/gm)].slice(0, MOST_PATTERNS);
  for (const [, pattern] of patterns) {
    const signal = read(pattern!.replaceAll("*", "x").replace(/\$$/, ""));
    if (signal.says !== "reserved" && signal.says !== "constrained") continue;
    return {
      ...signal,
      says: "constrained",
      evidence: `${signal.evidence}; the row states no page but may come from this one`,
    };
  }
  return whole;
}

function isHost(hostname: string, host: string): boolean {
  const bare = (name: string): string =>
    name
      .toLowerCase()
      .replace(/^www\./, "")
      .replace(/:\d+$/, "");
  return bare(hostname) === bare(host);
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
