import type { Quantity } from "../../../domain/estimate.ts";
import type { AiActDelta, Study } from "../../../domain/study.ts";
import type { Block, Section, TableRow } from "../../../report/document.ts";
import { linked, medianText, rangeText } from "./show.ts";

const VERDICTS: Readonly<Record<AiActDelta["verdict"], string>> = {
  "not-provider": "This training does not make you the provider of a general-purpose model.",
  amber: "Near the limit, or a matter of judgement: have counsel review it.",
  provider: "This training makes you the provider of a modified general-purpose model.",
  "not-in-scope": "The duties on general-purpose models are not triggered.",
  unknown: "This is still unknown.",
};

/** Section on the consequences of the planned training under the EU AI Act. */
export function aiActSection(study: Study): Section {
  const { aiAct } = study;
  const system = { yes: "Yes", no: "No", unknown: "Unknown" }[aiAct.systemProvider];
  return {
    id: "ai-act",
    title: "EU AI Act",
    blocks: [
      { kind: "paragraph", text: [{ strong: VERDICTS[aiAct.verdict] }, ` ${aiAct.sentence}`] },
      computeTable(study),
      { kind: "paragraph", text: `Provider of a new AI system (Article 50, no compute threshold): ${system}.` },
      { kind: "heading", text: "What it means" },
      { kind: "list", items: aiAct.means },
      { kind: "heading", text: "What it does not mean" },
      { kind: "list", items: aiAct.doesNotMean },
      ...dates(aiAct),
      { kind: "paragraph", tone: "note", text: `Not legal advice. Sources: ${aiAct.sources.join("; ")}.` },
    ],
  };
}

function computeTable(study: Study): Block {
  const { aiAct } = study;
  const single = (label: string, id: string, value: number | null): TableRow => ({
    cells: [label, value === null ? "unknown" : [linked(study, id, flop(value))], ""],
  });
  const range = (label: string, id: string, quantity: Quantity): TableRow => ({
    cells: [label, medianText(study, id, { quantity, format: flop }), rangeText({ quantity, format: flop }, "")],
  });
  return {
    kind: "table",
    caption: `The one-third rule, in FLOP. Base model: ${aiAct.baseSource}`,
    columns: [{ head: "Compute" }, { head: "FLOP", align: "right" }, { head: "p10–p90", align: "right" }],
    rows: [
      range("All planned runs, by parameters and tokens", "aiact.plannedFlop", aiAct.plannedFlop),
      range("The same by hardware: GPU-hours × peak × 50 %", "aiact.hardwareFlop", aiAct.hardwareFlop),
      single("Upper bound of both, earlier runs included", "aiact.upperFlop", aiAct.upperFlop),
      single("Training of the base model, lowest defensible", "aiact.baseFlop", aiAct.baseFlop),
      { ...single("Limit", "aiact.thresholdFlop", aiAct.thresholdFlop), total: true },
    ],
  };
}

function dates({ deadlines }: AiActDelta): Block[] {
  if (deadlines.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "Dates ahead",
      columns: [{ head: "Date", width: "nowrap" }, { head: "What" }],
      rows: deadlines.map(({ date, what }) => ({ cells: [date, what] })),
    },
  ];
}

/** FLOP with two significant digits, as the Commission requires: `2.3 × 10^18`. */
function flop(value: number): string {
  const [digits, power] = value.toExponential(1).split("e+");
  return power === undefined ? String(value) : `${digits} × 10^${power}`;
}
