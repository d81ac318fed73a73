import type { Block, ReportDocument, Text } from "../../src/report/document.ts";

/** Every figure id that a document links to, in reading order. */
export function linkedFigures(document: ReportDocument): string[] {
  const ofBlock = (block: Block): string[] => {
    switch (block.kind) {
      case "paragraph":
        return ofText(block.text);
      case "list":
        return block.items.flatMap(ofText);
      case "table":
        return block.rows.flatMap((row) => row.cells.flatMap(ofText));
      case "entries":
        return block.entries.flatMap((entry) => ofText(entry.text));
      case "tiles":
        return block.tiles.flatMap((tile) => [...ofText(tile.value), ...ofText(tile.detail)]);
      case "verdict":
      case "details":
        return block.blocks.flatMap(ofBlock);
      default:
        return [];
    }
  };
  return document.sections.flatMap((section) => section.blocks.flatMap(ofBlock));
}

function ofText(text: Text): string[] {
  if (typeof text === "string") return [];
  return text.flatMap((part) => (typeof part !== "string" && "figure" in part ? [part.figure] : []));
}
