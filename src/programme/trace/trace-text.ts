import { textTable, wrapText } from "../../base/text-table.ts";
import { formatCount, formatNumber, GIB } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Trace, TraceAnswer, TraceKinds } from "../../domain/trace.ts";

const KINDS: readonly (keyof TraceKinds)[] = [
  "weights",
  "gradients",
  "optimizer",
  "activations",
  "logits",
  "temporaries",
  "workspace",
];

const FITS: Readonly<Record<Trace["fits"], string>> = {
  yes: "fits: the p90 is below the GPU's memory",
  tight: "tight: the median fits, but the p90 does not",
  no: "does not fit",
  unknown: "whether it fits is unknown",
};

/** Text of `plan memory --trace` after the closed form: the trace, or the reason why there is none. */
export function traceComparisonText(trace: TraceAnswer | null): string[] {
  if (trace === null) return [];
  if ("refused" in trace) return ["", wrapText(`no trace: ${trace.refused}`, 100), `hint: ${trace.hint}`];
  return ["", "traced in your own Python: prefer this to the closed form above", "", traceText(trace)];
}

/** Text of a trace: live bytes at each instant, the totals, and differences from the closed form. */
export function traceText(trace: Trace): string {
  const shown = KINDS.filter((kind) => trace.counts.instants.some(({ byKind }) => byKind[kind] > 0));
  const instants = textTable(
    [
      { head: "GiB per GPU" },
      ...trace.counts.instants.map(({ instant }) => ({ head: instant, align: "right" as const })),
    ],
    [
      ...shown.map((kind) => [kind, ...trace.counts.instants.map(({ byKind }) => gib(byKind[kind]))]),
      null,
      ["live at most", ...trace.counts.instants.map(({ bytes }) => gib(bytes))],
    ],
  );
  const totals = textTable(
    [{ head: "total, GiB" }, ...["p10", "p50", "p90"].map((head) => ({ head, align: "right" as const }))],
    [
      ["allocated (live tensors)", ...cells(trace.allocated)],
      ["reserved (by the allocator)", ...cells(trace.reserved)],
      ["device (must fit)", ...cells(trace.device)],
    ],
  );
  const { matrices, attention, formula } = trace.flopsPerToken;
  const flops = `${giga(matrices)} GFLOP per token in matrix products and ${giga(attention)} in attention; by the closed form ${giga(formula)} in all`;
  return [
    instants,
    "",
    `the peak is the largest instant, the ${trace.peak}; trained: ${formatCount(trace.counts.trainedParamCount)} parameters`,
    "",
    totals,
    "",
    FITS[trace.fits],
    flops,
    ...differences(trace),
    "",
    ...trace.notes.map((note) => wrapText(`- ${note}`, 100)),
    "",
    wrapText(`basis: ${isRefusal(trace.allocated) ? trace.config : trace.allocated.basis}`, 100),
    `${trace.cached ? "from the cache; traced in" : "traced in"} ${formatNumber(trace.seconds)} s by ${trace.python}`,
  ].join("\n");
}

/** The terms of the trace and of the closed form, side by side. */
function differences({ terms, formulaGib }: Trace): string[] {
  if (formulaGib === null || terms.length === 0) return ["", "the formula does not cover this run"];
  const rows = terms.map(({ term, tracedBytes, formulaBytes }) => [
    term,
    gib(tracedBytes),
    gib(formulaBytes),
    signed(formulaBytes - tracedBytes),
  ]);
  return [
    "",
    textTable(
      [{ head: "GiB" }, ...["traced", "formula", "differs by"].map((head) => ({ head, align: "right" as const }))],
      rows,
    ),
  ];
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(2);
}

function signed(bytes: number): string {
  const text = gib(Math.abs(bytes));
  return text === "0.00" ? "0.00" : `${bytes < 0 ? "−" : "+"}${text}`;
}

function giga(flops: number): string {
  return formatNumber(flops / 1e9);
}

function cells(quantity: Quantity): string[] {
  if (isRefusal(quantity)) return ["", "unknown", ""];
  return [quantity.p10, quantity.p50, quantity.p90].map((value) => formatNumber(value));
}
