import type * as docx from "docx";

import { visibleControls } from "./visible-controls.ts";
import { type Block, type Inline, pageBlocks, type ReportDocument, type Text } from "./document.ts";

/** The library, loaded only when a Word file is written. */
type Docx = typeof docx;

/** Width of the text on a landscape A4 page with margins of 2 cm, in twentieths of a point. */
const TEXT_WIDTH = 14_570;

/** Margin of the page: 2 cm in twentieths of a point. */
const MARGIN = 1134;

/** Relative widths of the columns of a table. */
const WEIGHT = { wide: 3, nowrap: 1, plain: 1.5 } as const;

/**
 * A report as a Word file (Office Open XML), with headings, tables whose headings repeat on each page, and the footer
 * of the document. Links to figures become plain text. A chart is only mentioned: it is drawn in the HTML report.
 *
 * The library writes the time of day into the file's properties; callers that need equal bytes replace it.
 */
export async function wordFile(document: ReportDocument): Promise<Uint8Array> {
  const library = await import("docx");
  const { Document, Footer, HeadingLevel, Packer, PageOrientation, Paragraph, TextRun } = library;
  const facts = document.facts.map(({ label, value }) => words(library, [{ strong: `${label}: ` }, value]));
  const children = [
    new Paragraph({ text: shown(document.title), heading: HeadingLevel.TITLE }),
    words(library, document.subtitle),
    ...facts,
    ...document.sections.flatMap(({ title, blocks, page }) => [
      new Paragraph({ text: shown(title), heading: HeadingLevel.HEADING_1, pageBreakBefore: page === true }),
      ...pageBlocks(blocks).flatMap((block) => parts(library, block)),
    ]),
  ];
  const footer = new Paragraph({ children: [new TextRun({ text: shown(document.footer), size: 16 })] });
  const file = new Document({
    title: shown(document.title),
    creator: "Tunewright",
    styles: { default: { document: { run: { font: "Calibri", size: 20 } } } },
    sections: [
      {
        properties: {
          page: {
            size: { orientation: PageOrientation.LANDSCAPE, width: 11_906, height: 16_838 },
            margin: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
          },
        },
        footers: { default: new Footer({ children: [footer] }) },
        children,
      },
    ],
  });
  return new Uint8Array(await Packer.toArrayBuffer(file));
}

function parts(library: Docx, block: Block): (docx.Paragraph | docx.Table)[] {
  const { HeadingLevel, Paragraph } = library;
  switch (block.kind) {
    case "heading":
      return [new Paragraph({ text: shown(block.text), heading: HeadingLevel.HEADING_2 })];
    case "paragraph":
      return [words(library, block.text)];
    case "list":
      return block.items.map((item, index) =>
        block.ordered === true
          ? words(library, [`${index + 1}. `, ...inlines(item)])
          : words(library, item, { bullet: { level: 0 } }),
      );
    case "table":
      return [
        words(library, [{ strong: block.caption }], { keepNext: true }),
        table(library, block),
        words(library, ""),
      ];
    case "entries":
      return block.entries.map(({ term, value, text }) =>
        words(library, [{ strong: term }, ` = ${value}. `, ...inlines(text)]),
      );
    case "tiles":
      return block.tiles.map(({ label, value, detail }) =>
        words(library, [{ strong: `${label}: ` }, ...inlines(value), " ", ...inlines(detail)]),
      );
    case "verdict":
      return [words(library, [{ strong: block.title }]), ...nested(library, block.blocks)];
    case "chart":
      return [words(library, `Chart in the HTML report: ${block.caption}`)];
    default:
      return [words(library, [{ strong: block.summary }]), ...nested(library, block.blocks)];
  }
}

function nested(library: Docx, blocks: readonly Block[]): (docx.Paragraph | docx.Table)[] {
  return pageBlocks(blocks).flatMap((block) => parts(library, block));
}

function table(library: Docx, { columns, rows }: Extract<Block, { kind: "table" }>): docx.Table {
  const { AlignmentType, Table, TableCell, TableLayoutType, TableRow, WidthType } = library;
  const weights = columns.map(({ width }) => WEIGHT[width ?? "plain"]);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const columnWidths = weights.map((weight) => Math.floor((TEXT_WIDTH * weight) / sum));
  const row = (cells: readonly Text[], isHead: boolean): docx.TableRow =>
    new TableRow({
      tableHeader: isHead,
      cantSplit: true,
      children: columns.map(
        ({ align }, index) =>
          new TableCell({
            width: { size: columnWidths[index]!, type: WidthType.DXA },
            children: [
              words(library, isHead ? [{ strong: cells[index] as string }] : (cells[index] ?? ""), {
                alignment: align === "right" ? AlignmentType.RIGHT : AlignmentType.LEFT,
              }),
            ],
          }),
      ),
    });
  return new Table({
    columnWidths,
    layout: TableLayoutType.FIXED,
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    margins: { top: 40, bottom: 40, left: 80, right: 80 },
    rows: [
      row(
        columns.map(({ head }) => head),
        true,
      ),
      ...rows.map(({ cells }) => row(cells, false)),
    ],
  });
}

function words(library: Docx, text: Text, options: docx.IParagraphOptions = {}): docx.Paragraph {
  const { Paragraph, TextRun } = library;
  const runs = inlines(text).map((part) => {
    if (typeof part === "string") return new TextRun(shown(part));
    if ("strong" in part) return new TextRun({ text: shown(part.strong), bold: true });
    if ("code" in part) return new TextRun({ text: shown(part.code), font: "Consolas" });
    return new TextRun(shown(part.text));
  });
  return new Paragraph({ spacing: { after: 60 }, ...options, children: runs });
}

function inlines(text: Text): readonly Inline[] {
  return typeof text === "string" ? [text] : text;
}

/** Text without characters that XML 1.0 does not allow; line breaks become spaces. */
function shown(text: string): string {
  return visibleControls(text.replaceAll(/\s*\n\s*/g, " ")).replaceAll(/[\uFFFE\uFFFF]|\p{Surrogate}/gu, "\uFFFD");
}
