import { visibleControls } from "./visible-controls.ts";

/** Maximum number of characters in a cell (Excel specifications and limits, Microsoft, 2026). */
const MOST_CHARACTERS = 32_767;

/** Width of a column in characters: its longest cell within these limits. */
const WIDTH = { least: 8, most: 60 } as const;

/**
 * A table as an Excel file (Office Open XML) with one sheet. Its heading is bold and stays visible, and every cell is
 * text, so that none is executed as a formula. A cell that is too long for Excel ends in an ellipsis.
 */
export async function spreadsheet(
  name: string,
  head: readonly string[],
  rows: readonly string[][],
): Promise<Uint8Array> {
  const { default: write } = await import("write-excel-file/node");
  const cells = rows.map((row) =>
    row.map((text) => ({ value: shown(text), type: String, wrap: true, alignVertical: "top" as const })),
  );
  const columns = head.map((title, index) => {
    const longest = Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0));
    return { width: Math.min(Math.max(longest + 2, WIDTH.least), WIDTH.most) };
  });
  const titles = head.map((title) => ({ value: title, type: String, fontWeight: "bold" as const }));
  const file = write([titles, ...cells], { columns, sheet: name, stickyRowsCount: 1 });
  return new Uint8Array(await file.toBuffer());
}

function shown(text: string): string {
  const clean = visibleControls(text).replaceAll(/[\uFFFE\uFFFF]|\p{Surrogate}/gu, "\uFFFD");
  return clean.length <= MOST_CHARACTERS ? clean : `${clean.slice(0, MOST_CHARACTERS - 1)}\u2026`;
}
