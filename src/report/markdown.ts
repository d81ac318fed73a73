import { visibleControls } from "./visible-controls.ts";
import {
  type Block,
  type Inline,
  type ReportDocument,
  type Text,
  figureAnchor,
  fileHref,
  pageBlocks,
} from "./document.ts";

/** A report as GitHub-flavoured Markdown. Charts are omitted, with a note on where they are. */
export function markdownPage(document: ReportDocument): string {
  const facts = document.facts.map(({ label, value }) => `${escapeMarkdown(label)}: ${escapeMarkdown(value)}`);
  const parts = [
    `# ${escapeMarkdown(document.title)}`,
    escapeMarkdown(document.subtitle),
    facts.join("  \n"),
    ...document.sections.map(
      (section) =>
        `${section.part === undefined ? "" : `# ${escapeMarkdown(section.part)}\n\n`}## ${escapeMarkdown(section.title)}\n\n${pageBlocks(section.blocks).map(blockMarkdown).join("\n\n")}`,
    ),
    "---",
    escapeMarkdown(document.footer),
  ];
  return `${parts.join("\n\n")}\n`;
}

/**
 * Text in which no character starts a Markdown or HTML construct. Line breaks become spaces, and control characters are
 * made visible.
 */
export function escapeMarkdown(text: string): string {
  return visibleControls(text)
    .replaceAll(/[\\`*_[\]<>|#~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll(/\s*\n\s*/g, " ")
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s)/, "$1\\$2");
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `### ${escapeMarkdown(block.text)}`;
    case "paragraph":
      return block.tone === undefined ? textMarkdown(block.text) : `> ${textMarkdown(block.text)}`;
    case "list":
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : "-"} ${textMarkdown(item)}`)
        .join("\n");
    case "table":
      return tableMarkdown(block);
    case "entries":
      return block.entries
        .map(
          ({ id, term, value, text }) =>
            `- <a id="${anchor(id)}"></a>**${escapeMarkdown(term)}** = ${escapeMarkdown(value)}. ${textMarkdown(text)}`,
        )
        .join("\n");
    case "tiles":
      return block.tiles
        .map(
          ({ label, value, detail }) =>
            `- **${escapeMarkdown(label)}**: ${textMarkdown(value)}${detail === "" ? "" : ` (${textMarkdown(detail)})`}`,
        )
        .join("\n");
    case "verdict":
      return `**${escapeMarkdown(block.title)}**\n\n${pageBlocks(block.blocks).map(blockMarkdown).join("\n\n")}`;
    case "chart":
      return `*Chart in the HTML report: ${escapeMarkdown(block.caption)}*`;
    default:
      return `### ${escapeMarkdown(block.summary)}\n\n${pageBlocks(block.blocks).map(blockMarkdown).join("\n\n")}`;
  }
}

function tableMarkdown(table: Extract<Block, { kind: "table" }>): string {
  return [
    `*${escapeMarkdown(table.caption)}*`,
    "",
    row(table.columns.map((column) => escapeMarkdown(column.head))),
    row(table.columns.map((column) => (column.align === "right" ? "---:" : "---"))),
    ...table.rows.map((tableRow) => {
      const mark = tableRow.id === undefined ? "" : `<a id="${anchor(tableRow.id)}"></a>`;
      return row(
        tableRow.cells.map((cell, index) => {
          const text = textMarkdown(cell);
          const shown = tableRow.total && text !== "" ? `**${text.replaceAll("**", "")}**` : text;
          return index === 0 ? `${mark}${shown}` : shown;
        }),
      );
    }),
  ].join("\n");
}

/** The id of an anchor, without characters that could end the attribute. */
function anchor(id: string): string {
  return id.replaceAll(/[^\w.-]/g, "");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function textMarkdown(text: Text): string {
  return typeof text === "string" ? escapeMarkdown(text) : text.map(inlineMarkdown).join("");
}

function inlineMarkdown(part: Inline): string {
  if (typeof part === "string") return escapeMarkdown(part);
  if ("strong" in part) return strongMarkdown(part.strong);
  if ("code" in part) return `\`${part.code.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll("\n", " ")}\``;
  if ("file" in part) return `[${escapeMarkdown(part.text)}](${fileHref(part.file)})`;
  return `[${escapeMarkdown(part.text)}](#${encodeURIComponent(figureAnchor(part.figure))})`;
}

/**
 * Strong text. Surrounding spaces stay outside the marks, because CommonMark renders `**word: **` with literal
 * asterisks.
 */
function strongMarkdown(text: string): string {
  const [, before, inner, after] = /^(\s*)(.*?)(\s*)$/su.exec(text)!;
  return inner === "" ? text : `${before}**${escapeMarkdown(inner!)}**${after}`;
}
