/**
 * A part of running text: plain, strong, a number that links to its chain in the appendix, or a link to a file next to
 * the page.
 */
export type Inline =
  | string
  | { strong: string }
  | { figure: string; text: string }
  | { code: string }
  | { file: string; text: string };

/** Running text: its parts follow each other without added spaces. */
export type Text = string | readonly Inline[];

/**
 * A column of a table: numbers are right-aligned, with their unit in the heading. A `wide` column contains prose and
 * gets the remaining width; a `nowrap` column contains days or names that must not break.
 */
export type TableColumn = { head: string; align?: "left" | "right"; width?: "wide" | "nowrap" };

/** A row of a table; `total` rows are below a rule. `id` is an anchor that figures link to. */
export type TableRow = { cells: readonly Text[]; total?: boolean; id?: string };

/** A key number with its range. */
export type Tile = { label: string; value: Text; detail: Text };

/** An entry of a list of terms: its anchor, its value, and its description. */
export type Entry = { id: string; term: string; value: string; text: Text };

/**
 * A block of a report, for HTML, Markdown and a terminal. A `form` table is filled in by hand; a `narrow` chart is for
 * phones; `screenOnly` details stay folded on paper. `on` restricts a block to HTML pages or to a terminal.
 */
export type Block = (
  | { kind: "paragraph"; text: Text; tone?: "note" | "warning" }
  | { kind: "heading"; text: string }
  | { kind: "list"; ordered?: boolean; items: readonly Text[] }
  | { kind: "table"; caption: string; columns: readonly TableColumn[]; rows: readonly TableRow[]; form?: boolean }
  | { kind: "entries"; entries: readonly Entry[] }
  | { kind: "tiles"; tiles: readonly Tile[] }
  | { kind: "verdict"; tone: "good" | "warning" | "bad"; title: string; blocks: readonly Block[] }
  | { kind: "chart"; svg: string; narrow: string; caption: string }
  | { kind: "details"; summary: string; blocks: readonly Block[]; screenOnly?: boolean }
) & { on?: "page" | "terminal" };

/** The blocks of a report that an HTML page shows. */
export function pageBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.filter(({ on }) => on !== "terminal");
}

/**
 * A section with its anchor. `page` starts it on a new page in print; so does `part`, with the name of the part of the
 * report that begins there above it.
 */
export type Section = { id: string; title: string; blocks: readonly Block[]; page?: boolean; part?: string };

/** A complete report. */
export type ReportDocument = {
  title: string;
  subtitle: string;
  /** Facts under the title: day, version, hash. */
  facts: readonly { label: string; value: string }[];
  sections: readonly Section[];
  footer: string;
};

/** Anchor of a figure in the appendix. */
export function figureAnchor(id: string): string {
  return `fig-${id}`;
}

/** URL of a file next to the page. Each path segment is encoded, so that none is parsed as a scheme or ends a link. */
export function fileHref(path: string): string {
  return path
    .split(/[\\/]/)
    .map((step) => encodeURIComponent(step).replaceAll("(", "%28").replaceAll(")", "%29"))
    .join("/");
}
