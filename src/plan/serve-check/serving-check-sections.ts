import { spread } from "../../base/quantile.ts";
import { formatNumber } from "../../base/units.ts";
import type { EstimateCheck } from "../../domain/estimate-check.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { ratioStrips } from "../../report/charts/ratio-strips.ts";
import type { Block, Section } from "../../report/document.ts";
import { littleLines } from "./little-lines.ts";

/** Maximum number of listed rows that violate Little's law. */
const SHOWN_BROKEN = 25;

/** Additional section of a serving check: the check of its rows by Little's law. */
export function servingCheckSections(check: EstimateCheck): Section[] {
  const blocks: Block[] = [
    { kind: "list", items: littleLines(check) },
    ...residualStrips(check),
    ...brokenTable(check),
  ];
  return [{ id: "little", title: "Consistency of the measured figures", blocks }];
}

function residualStrips({ rows }: EstimateCheck): Block[] {
  const bySource = new Map<string, Map<number, number>>();
  for (const { source, line, littleResidual } of rows) {
    if (littleResidual === null || littleResidual === undefined) continue;
    const lines = bySource.get(source) ?? new Map<number, number>();
    bySource.set(source, lines.set(line, littleResidual));
  }
  if (bySource.size === 0) return [];
  const strips = [...bySource].map(([source, lines]) => {
    const ratios = [...lines.values()];
    return { label: `${source} (${ratios.length})`, ratios, ...spread(ratios) };
  });
  const about = {
    id: "little-residuals",
    title: "Residual of Little's law by source",
    description: strips.map(({ label, p50 }) => `${label}: ${formatNumber(p50, 2)}`).join("; "),
  };
  return [
    {
      kind: "chart",
      ...chartPair(about, (form) => ratioStrips(strips, form, "Stated over computed concurrency")),
      caption:
        "Stated concurrency divided by the concurrency that follows from output, TTFT and TPOT, by source, with the number of rows: values above 1 mean that fewer requests were open than stated.",
    },
  ];
}

function brokenTable({ little }: EstimateCheck): Block[] {
  const broken = little?.broken.slice(0, SHOWN_BROKEN) ?? [];
  if (broken.length === 0) return [];
  return [
    {
      kind: "table",
      caption: `The ${broken.length} rows that are furthest from Little's law. They are scored, but say little about the estimator.`,
      columns: [
        { head: "Row", width: "nowrap" },
        { head: "Line", align: "right" },
        { head: "Source" },
        { head: "Residual", align: "right" },
      ],
      rows: broken.map(({ id, line, source, residual }) => ({
        cells: [id, String(line), source, residual < 10 ? residual.toFixed(2) : formatNumber(residual, 3)],
      })),
    },
  ];
}
