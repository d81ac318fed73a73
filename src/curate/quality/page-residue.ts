/** HTML entities for characters. */
const ENTITY = /&(?:nbsp|amp|quot|lt|gt|apos|mdash|ndash|hellip|rsquo|lsquo|ldquo|rdquo|#\d{2,5}|#x[\da-f]{2,5});/i;

/** HTML tags without a use in Markdown. */
const BLOCK =
  /<(div|span|p|font|section|article|body|html|td|tr|table|ul|ol|li|h[1-6]|script|style)(?:\s[^<>\n]{0,200})?>/i;

/** Rows about HTML pages, or that request one. */
const OF_PAGES =
  /\b(?:html?5?|xml|xhtml|svg|web ?(?:pages?|sites?)|markup|tags?|entit(?:y|ies)|escap\w*|nbsp|dom|jsx|react|vue|angular|php|template|snippet|code|script|element|component|div|span|url|query|string|scrap\w*|parse\w*|regex|java|javascript|typescript|rust|c\+\+|c#|generics?|vectors?)\b|[&<>]/;

/**
 * A row of a Markdown table: its cells contain lists and line breaks as HTML, since Markdown has no syntax for them.
 */
const TABLE_ROW = /^[ \t]{0,8}\|.*\|[ \t]*$/gm;

/** A complete HTML table, which is valid in Markdown. */
const TABLE = /<table(?:\s[^<>\n]{0,200})?>[^]{0,20000}?<\/table>/gi;

/** An answer that is only a cell, a row or a list: such a fragment was written on purpose. */
const FRAGMENT = /^<(td|th|tr|li|ul|ol)(?:\s[^<>\n]{0,200})?>[^]{0,2000}<\/\1>$/i;

function withoutTables(text: string): string {
  return text.replace(TABLE_ROW, "").replace(TABLE, "");
}

/**
 * Remains of HTML in an answer that is not a page: an entity or tags. Undefined if the row is about pages. `asked` in
 * lower case.
 */
export function pageResidue(written: string, asked: string): string | undefined {
  const prose = written.includes("|") || written.includes("<t") ? withoutTables(written) : written;
  if ((!prose.includes("&") && !prose.includes("<")) || FRAGMENT.test(prose.trim())) return undefined;
  if (OF_PAGES.test(asked) || prose.includes("{%")) return undefined; // a template of a page
  const entity = ENTITY.exec(prose)?.[0];
  if (entity !== undefined) return entity;
  const tag = BLOCK.exec(prose);
  return tag !== null && prose.toLowerCase().includes(`</${tag[1]!.toLowerCase()}>`) ? tag[0] : undefined;
}
