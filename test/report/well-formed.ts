const VOID = new Set(["meta", "link", "br", "hr", "img", "input"]);

/** Errors in the nesting of tags in HTML or SVG text, in words; empty if every tag is closed in order. */
export function nestingErrors(markup: string): string[] {
  const errors: string[] = [];
  const open: string[] = [];
  const body = markup.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<!doctype html>/i, "");
  for (const [tag, slash, name = "", rest = ""] of body.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/g,
  )) {
    if (slash === "/") {
      const last = open.pop();
      if (last !== name) errors.push(`${tag} closes <${last ?? "nothing"}>`);
    } else if (!VOID.has(name) && !rest.endsWith("/")) open.push(name);
  }
  return [...errors, ...open.map((name) => `<${name}> is never closed`)];
}
