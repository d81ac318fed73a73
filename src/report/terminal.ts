import { textTable, wrapText } from "../base/text-table.ts";
import type { Block, ReportDocument, TableRow, Text } from "./document.ts";

/** Line width of running text. */
const WIDTH = 100;

/** Width of prose in a table. */
const CELL_WIDTH = 80;

/**
 * A report as terminal text: the blocks of its sections one after the other, without its title, facts and footer.
 * Captions are above their tables; charts and blocks restricted to pages are omitted.
 */
export function terminalText({ sections }: Pick<ReportDocument, "sections">): string {
  return blocksText(sections.flatMap(({ blocks }) => blocks));
}

function blocksText(blocks: readonly Block[]): string {
  return blocks
    .filter(({ on }) => on !== "page")
    .map(blockText)
    .filter((text) => text !== "")
    .join("\n\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return wrapText(block.text, WIDTH);
    case "paragraph":
      return wrapText(block.tone === "warning" ? `warning: ${plain(block.text)}` : plain(block.text), WIDTH);
    case "list":
      return block.items
        .map((item, index) => hanging(block.ordered === true ? `${index + 1}. ` : "- ", plain(item)))
        .join("\n");
    case "table":
      return tableText(block);
    case "entries":
      return block.entries
        .map(({ term, value, text }) => hanging("- ", `${term} = ${value}. ${plain(text)}`))
        .join("\n");
    case "tiles":
      return textTable(
        [{ head: "" }, { head: "", align: "right" }, { head: "", wrap: CELL_WIDTH }],
        block.tiles.map(({ label, value, detail }) => [label, plain(value), plain(detail)]),
      ).slice(1); // the headings are empty, and so is their line
    case "verdict":
      return `${wrapText(block.title, WIDTH)}\n\n${blocksText(block.blocks)}`;
    case "chart":
      return "";
    default:
      return block.screenOnly === true ? "" : `${wrapText(block.summary, WIDTH)}\n\n${blocksText(block.blocks)}`;
  }
}

/** A table under its caption, with a rule before each group of totals. */
function tableText({ caption, columns, rows }: Extract<Block, { kind: "table" }>): string {
  const startsTotal = (row: TableRow, index: number): boolean => row.total === true && rows[index - 1]?.total !== true;
  const table = textTable(
    columns.map(({ head, align, width }) => ({
      head,
      ...(align === undefined ? {} : { align }),
      ...(width === "wide" ? { wrap: CELL_WIDTH } : {}),
    })),
    rows.flatMap((row, index) => [...(startsTotal(row, index) ? [null] : []), row.cells.map(plain)]),
  );
  return caption === "" ? table : `${wrapText(caption, WIDTH)}\n${table}`;
}

/** Text after a bullet or mark, with further lines indented under its first word. */
function hanging(mark: string, text: string): string {
  const indent = " ".repeat(mark.length);
  return `${mark}${wrapText(text, WIDTH, indent).slice(indent.length)}`;
}

function plain(text: Text): string {
  if (typeof text === "string") return text;
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("strong" in part) return part.strong;
      return "code" in part ? part.code : part.text;
    })
    .join("");
}
