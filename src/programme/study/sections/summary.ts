import { clause, hoursSpan, monthsSpan, neverText, sentence, span, usd, wholePercent } from "../../../base/words.ts";
import { type Estimate, knownOf, type Quantity } from "../../../domain/estimate.ts";
import type { Study } from "../../../domain/study.ts";
import { totalLacks } from "../../../plan/cost/without-words.ts";
import type { Block, Section, Tile } from "../../../report/document.ts";
import { launchLacks } from "../study-facts.ts";
import { restsOn } from "./rests-on.ts";
import { endsText, linked, runLabel } from "./show.ts";

const VERDICTS = {
  go: { tone: "good", title: "Go" },
  "go-if": { tone: "warning", title: "Conditional go: the conditions below must be met first" },
  "no-go": { tone: "bad", title: "No go" },
} as const;

/** Figure of the payback month. */
const MONTH = "payback.monthWithServing";

/** Section on the first page: the verdict, six numbers with their ranges, and their basis. */
export function summarySection(study: Study): Section {
  const { tone, title } = VERDICTS[study.verdict];
  const reasons: Block[] = study.reasons.length === 0 ? [] : [{ kind: "list", items: study.reasons }];
  const conditions: Block[] =
    study.conditions.length === 0
      ? []
      : [
          { kind: "paragraph", text: [{ strong: "Conditions" }] },
          { kind: "list", ordered: true, items: study.conditions },
        ];
  return {
    id: "summary",
    title: "Summary",
    blocks: [
      ...(study.description === "" ? [] : [{ kind: "paragraph", text: study.description } as const]),
      { kind: "verdict", tone, title, blocks: [...reasons, ...conditions] },
      { kind: "tiles", tiles: tiles(study) },
      ...restsOn(study),
    ],
  };
}

function tiles(study: Study): Tile[] {
  const { cost, training, payback } = study;
  const dollars = (label: string, id: string, quantity: Quantity): Tile =>
    tile(study, { label, id, quantity, unit: "USD", words: (ends) => span(ends, usd) });
  const lacks = launchLacks(cost);
  return [
    dollars(lacks === "" ? "Cost to launch" : `Cost to launch, ${lacks}`, "payback.investment", payback.investment),
    dollars(`Launch and six months of maintenance${totalLacks(cost, "endToEnd")}`, "total.endToEnd", cost.endToEnd),
    dollars(`Training compute, all runs${totalLacks(cost, "computeOnly")}`, "total.computeOnly", training.cost),
    tile(study, {
      label: sentence(runLabel(study)),
      id: "run.hoursPerRun",
      quantity: training.hoursPerRun,
      unit: "",
      words: hoursSpan,
    }),
    tile(study, {
      label: "Paid back in month",
      id: MONTH,
      quantity: payback.monthWithServing,
      unit: "after launch, with serving",
      words: (ends) => monthsSpan(ends, payback.neverShare),
    }),
    tile(study, {
      label: "Return after 12 months",
      id: "payback.roi12WithServing",
      quantity: payback.roi12WithServing,
      unit: "serving counted",
      words: (ends) => `${span(ends, wholePercent)} %`,
    }),
  ];
}

/** A quantity as shown on a tile: `words` formats a range, and the median as a range of width zero. */
type Shown = {
  label: string;
  id: string;
  quantity: Quantity;
  unit: string;
  words: (ends: Pick<Estimate, "p10" | "p90">) => string;
};

function tile(study: Study, { label, id, quantity, unit, words }: Shown): Tile {
  const { neverShare } = study.payback;
  const known = knownOf(quantity);
  if (known === undefined && id === MONTH && neverShare !== null)
    return { label, value: [linked(study, id, neverText(neverShare))], detail: unit };
  if (known === undefined)
    return {
      label,
      value: [linked(study, id, "unknown")],
      detail: sentence(clause("refused" in quantity ? quantity.refused : "")),
    };
  const { p10, p50, p90 } = known;
  const median = p10 === p90 ? [] : [`p50 ${words({ p10: p50, p90: p50 })}`];
  const detail = [...(unit === "" ? [] : [unit]), ...median].join("; ");
  return { label, value: [linked(study, id, endsText(known, words))], detail };
}

const SIGNATORIES = ["ML lead", "Finance", "Engineering", "Counsel"];

/** Signatures, with the exact study that they refer to. */
export function signOffSection({ programmeSha256, generatedOn, cost }: Study): Section {
  const blocks: Block[] = [
    {
      kind: "table",
      form: true,
      caption: `Only for the study of ${generatedOn} with seed ${cost.seed} and this programme.yaml: sha256 ${programmeSha256}`,
      columns: [{ head: "Role" }, { head: "Name" }, { head: "Date" }, { head: "Signature" }],
      rows: SIGNATORIES.map((role) => ({ cells: [role, "", "", ""] })),
    },
  ];
  return { id: "sign-off", title: "Sign-off", blocks };
}
