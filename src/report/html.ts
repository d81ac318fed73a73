import { visibleControls } from "./visible-controls.ts";
import {
  type Block,
  type Entry,
  type Inline,
  type ReportDocument,
  type Section,
  type TableColumn,
  type Text,
  figureAnchor,
  fileHref,
  pageBlocks,
} from "./document.ts";
import { PAGE_STYLE, pageMargins } from "./page-style.ts";

/** Text escaped for HTML content and attribute values in double quotes; control characters are made visible. */
export function escapeHtml(text: string): string {
  return visibleControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/**
 * A report as one self-contained HTML page: inline style, charts as inline SVG, no scripts and no requests. A content
 * security policy in the page forbids both.
 */
export function htmlPage(document: ReportDocument): string {
  const title = escapeHtml(document.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${PAGE_STYLE}${pageMargins(document.title)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<p class="kicker">${escapeHtml(document.subtitle)}</p>
<h1>${title}</h1>
<dl class="facts">${document.facts
    .map(({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join("")}</dl>
</header>
<nav aria-label="Contents"><ol>${document.sections
    .map((section) => `<li><a href="#${escapeHtml(section.id)}">${escapeHtml(section.title)}</a></li>`)
    .join("")}</ol></nav>
<main id="main">
${document.sections.map(sectionHtml).join("\n")}
</main>
<footer><p>${escapeHtml(document.footer)}</p></footer>
</body>
</html>
`;
}

function sectionHtml(section: Section): string {
  const id = escapeHtml(section.id);
  const page = section.page === true || section.part !== undefined ? "page" : undefined;
  const part = section.part === undefined ? "" : `<p class="part">${escapeHtml(section.part)}</p>\n`;
  return `<section id="${id}"${classes(page)} aria-labelledby="${id}-title">
${part}<h2 id="${id}-title">${escapeHtml(section.title)}</h2>
${pageBlocks(section.blocks).map(blockHtml).join("\n")}
</section>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h3>${escapeHtml(block.text)}</h3>`;
    case "paragraph":
      return `<p${classes(block.tone ?? (isLead(block.text) ? "lead" : undefined))}>${textHtml(block.text)}</p>`;
    case "list": {
      const tag = block.ordered ? "ol" : "ul";
      return `<${tag}>${block.items.map((item) => `<li>${textHtml(item)}</li>`).join("")}</${tag}>`;
    }
    case "table":
      return tableHtml(block);
    case "entries":
      return `<dl class="entries">${block.entries.map(entryHtml).join("\n")}</dl>`;
    case "tiles":
      return `<dl class="tiles">${block.tiles
        .map(
          ({ label, value, detail }) =>
            `<div><dt>${escapeHtml(label)}</dt><dd><span class="value">${textHtml(value)}</span><span class="detail">${textHtml(detail)}</span></dd></div>`,
        )
        .join("")}</dl>`;
    case "verdict":
      return `<div class="verdict ${block.tone}"><p class="verdict-title">${escapeHtml(block.title)}</p>${pageBlocks(block.blocks).map(blockHtml).join("")}</div>`;
    case "chart":
      return `<figure>${block.svg}${block.narrow}<figcaption>${escapeHtml(block.caption)}</figcaption></figure>`;
    default:
      return `<details${block.screenOnly ? ' class="screen-only"' : ""}><summary>${escapeHtml(block.summary)}</summary>${pageBlocks(block.blocks).map(blockHtml).join("\n")}</details>`;
  }
}

/**
 * Maximum length of the content of a number column that counts as a number; longer content is a reason in words, and
 * wraps.
 */
const LONGEST_NUMBER = 36;

/** A table in a box that scrolls if it is wider than the page; rows stack on a phone. */
function tableHtml(table: Extract<Block, { kind: "table" }>): string {
  const head = table.columns.map(
    (column) => `<th scope="col"${classes(columnClass(column), column.width)}>${escapeHtml(column.head)}</th>`,
  );
  const rows = table.rows.map((row) => {
    const cells = row.cells.map((cell, index) => {
      const column = table.columns[index] ?? { head: "" };
      const isProse = column.align === "right" && plainText(cell).length > LONGEST_NUMBER;
      const kind = classes(isProse ? "prose" : columnClass(column), column.width === "nowrap" ? "nowrap" : undefined);
      return index === 0
        ? `<th scope="row"${kind}>${textHtml(cell)}</th>`
        : `<td${kind} data-label="${escapeHtml(column.head)}">${textHtml(cell)}</td>`;
    });
    const id = row.id === undefined ? "" : ` id="${escapeHtml(row.id)}"`;
    return `<tr${id}${row.total ? ' class="total"' : ""}>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table${table.form ? ' class="form"' : ""}><caption>${escapeHtml(table.caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

/** A line that is entirely strong introduces the following block, and is kept with it on paper. */
function isLead(text: Text): boolean {
  return typeof text !== "string" && text.every((part) => typeof part !== "string" && "strong" in part);
}

function columnClass({ align }: TableColumn): string | undefined {
  return align === "right" ? "number" : undefined;
}

function classes(...names: readonly (string | undefined)[]): string {
  const given = names.filter((name) => name !== undefined);
  return given.length === 0 ? "" : ` class="${given.join(" ")}"`;
}

function plainText(text: Text): string {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : Object.values(part).at(-1)!)).join("");
}

function entryHtml({ id, term, value, text }: Entry): string {
  return `<div id="${escapeHtml(id)}"><dt><code>${escapeHtml(term)}</code> <span>${escapeHtml(value)}</span></dt><dd>${textHtml(text)}</dd></div>`;
}

function textHtml(text: Text): string {
  return typeof text === "string" ? escapeHtml(text) : text.map(inlineHtml).join("");
}

function inlineHtml(part: Inline): string {
  if (typeof part === "string") return escapeHtml(part);
  if ("strong" in part) return `<strong>${escapeHtml(part.strong)}</strong>`;
  if ("code" in part) return `<code>${escapeHtml(part.code)}</code>`;
  if ("file" in part) return `<a href="${escapeHtml(fileHref(part.file))}">${escapeHtml(part.text)}</a>`;
  return `<a class="figure" href="#${escapeHtml(figureAnchor(part.figure))}">${escapeHtml(part.text)}</a>`;
}
