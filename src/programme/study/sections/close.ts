import { formatNumber } from "../../../base/units.ts";
import { counted, endsInNever, minus, monthsSpan, neverText, sentence, span } from "../../../base/words.ts";
import type { Figure } from "../../../domain/figure.ts";
import type { Study } from "../../../domain/study.ts";
import { type Block, type Inline, type Section, type Text, figureAnchor } from "../../../report/document.ts";
import { fieldWords } from "../field-words.ts";
import { formulaText } from "./show.ts";

/** Number of risks in the summary, so that it fits on one page; at least all high ones. */
const SHOWN_RISKS = 8;

/** Section on the worst risks, each with what to do; the appendix has the others. */
export function risksSection({ risks }: Study): Section {
  const shown = shownRisks(risks);
  const others = risks.length - shown.length;
  const more = others === 0 ? "" : `; ${counted(others, "further risk")} in the appendix`;
  return { id: "risks", title: "Risks", blocks: [riskTable(`Risks, worst first${more}`, shown)] };
}

/** Section on the risks that the summary does not show; none if it shows all. */
export function furtherRisksSection({ risks }: Study): Section[] {
  const others = risks.slice(shownRisks(risks).length);
  if (others.length === 0) return [];
  return [{ id: "further-risks", title: "Further risks", blocks: [riskTable("The other risks, worst first", others)] }];
}

function shownRisks(risks: Study["risks"]): Study["risks"] {
  return risks.slice(0, Math.max(SHOWN_RISKS, risks.filter(({ severity }) => severity === "high").length));
}

function riskTable(caption: string, risks: Study["risks"]): Block {
  return {
    kind: "table",
    caption,
    columns: [{ head: "Severity" }, { head: "Risk" }, { head: "What to do" }],
    rows: risks.map((risk) => ({ cells: [sentence(risk.severity), risk.text, `${sentence(risk.action)}.`] })),
  };
}

/** Section on what the study could not determine. */
export function unknownsSection({ unknowns }: Study): Section {
  return { id: "unknowns", title: "What is unknown", blocks: [{ kind: "list", items: unknowns }] };
}

/** Section on the next decisions, in order. */
export function decisionsSection({ decisions }: Study): Section {
  return { id: "decisions", title: "Decide next", blocks: [{ kind: "list", ordered: true, items: decisions }] };
}

/** Section with the chain of every number: its value, its formula, and its sources. */
export function chainsSection({ figures, payback }: Study): Section {
  const known = new Set(figures.map((figure) => figure.id));
  return {
    id: "chains",
    title: "Where every number comes from",
    blocks: [
      {
        kind: "paragraph",
        text: "Each number of this study links here. A computed number names its inputs, which link further, down to your own file, a dated row of the catalogue, a measurement or an assumption that you can replace in programme.yaml.",
      },
      {
        kind: "entries",
        entries: figures.map((figure) => ({
          id: figureAnchor(figure.id),
          term: figure.id,
          value: figure.id === "payback.monthWithServing" ? monthText(figure, payback) : valueText(figure),
          text: chainText(figure, known),
        })),
      },
    ],
  };
}

/** The month as written elsewhere in the study: beyond the horizon it is never, not a month. */
function monthText(figure: Figure, { neverShare }: Study["payback"]): string {
  const { p10, p50, p90, unit } = figure;
  if (p50 === null && neverShare !== null) return neverText(neverShare);
  if (p10 === null || p50 === null || p90 === null || !endsInNever(neverShare)) return valueText(figure);
  return `${monthsSpan({ p10, p90 }, neverShare)} (p50 ${formatNumber(p50)}) ${unit}`;
}

function valueText({ p10, p50, p90, unit }: Figure): string {
  if (p50 === null) return "unknown";
  const format = (value: number): string =>
    Math.abs(value) >= 1e9 ? value.toExponential(2).replace("e+", "e") : formatNumber(value, 4);
  const end = (value: number | null): string => (value === null ? "unknown" : minus(format(value)));
  const range = p10 === null || p90 === null ? `${end(p10)} – ${end(p90)}` : span({ p10, p90 }, format);
  return `${range}${p10 === p90 ? "" : ` (p50 ${minus(format(p50))})`} ${unit}`;
}

function chainText(figure: Figure, known: ReadonlySet<string>): Text {
  const { label, formula, inputs, reason, source } = figure;
  if (figure.id === `user.${label}`) {
    const origin = source.kind === "user" ? "as programme.yaml has it" : "default: not set in programme.yaml";
    return `${sentence(fieldWords(label))}, ${origin}.`;
  }
  const named = formula === undefined ? [] : formulaText(formula, known);
  const others = inputs.filter(
    (id) => !named.some((part) => typeof part !== "string" && "figure" in part && part.figure === id),
  );
  const links = others.flatMap((id, index): Inline[] => [
    index === 0 ? "" : ", ",
    known.has(id) ? { figure: id, text: id } : id,
  ]);
  return [
    `${sentence(label)}.`,
    ...(formula === undefined ? [] : [" = ", ...named, "."]),
    ...(links.length === 0 ? [] : [formula === undefined ? " From " : " Rests on ", ...links, "."]),
    ...(reason === undefined || reason === "" ? [] : [` ${sentence(reason)}${/[.!?]$/.test(reason) ? "" : "."}`]),
    ...(source.ref === "computed" ? [] : [` ${sourceText(figure)}.`]),
  ];
}

function sourceText({ source }: Figure): string {
  return `${sentence(source.kind)}: ${source.ref}${source.asOf === undefined ? "" : `, ${source.asOf}`}`;
}
