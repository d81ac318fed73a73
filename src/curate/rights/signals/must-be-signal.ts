import { Failure } from "../../../base/failure.ts";
import type { OptOutKind } from "../../../domain/rights.ts";

/** Start of an HTML page. */
const PAGE = /^[\s\uFEFF]*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,1000}>\s*)?<(?:!doctype\s+html|html|head|body)\b/i;

/** Patterns of lines; a valid, non-empty file of the kind has at least one. */
const LINES: Partial<Record<OptOutKind, RegExp>> = {
  "robots.txt":
    /^[\s\uFEFF]*(?:user-agent|allow|disallow|sitemap|content-usage|content-signal|crawl-delay|host|clean-param|noindex)\s*:/im,
  "ai.txt": /^[\s\uFEFF]*(?:user-agent|allow|disallow)\s*:/im,
  "http-headers": /^\s*[\w-]{1,100}\s*:/m,
};

/**
 * Checks that a file is of its declared kind: the page that a server sends for a missing file contains no reservation,
 * and would be read as permission.
 *
 * @throws Failure bad_input for an HTML page, or a file with text that has no line of its kind
 */
export function mustBeSignal({ kind, text, name }: { kind: OptOutKind; text: string; name: string }): void {
  const isPage = kind !== "html" && PAGE.test(text.slice(0, 2_000));
  const lines = LINES[kind];
  const isOther = lines !== undefined && /^[\s\uFEFF]*[^\s#]/m.test(text) && !lines.test(text);
  if (!isPage && !isOther) return;
  const what = isPage ? "is an HTML page" : "has no line of the expected kind";
  throw new Failure("bad_input", `${name} ${what}, but the rights file calls it ${kind}`, {
    hint: "download it again and check the status: if the site answers 404 it has no such file, so omit it",
  });
}
