import { formatNumber } from "../../../base/units.ts";
import { endsInNever, minus, monthsSpan, sentence, span } from "../../../base/words.ts";
import type { Figure } from "../../../domain/figure.ts";
import type { Study } from "../../../domain/study.ts";
import { type Inline, type Section, type Text, figureAnchor } from "../../../report/document.ts";
import { fieldWords } from "../field-words.ts";
import { formulaText } from "./show.ts";

/** Risks, worst first, each with what to do. */
export function risksSection({ risks }: Study): Section {
  return {
    id: "risks",
    title: "Risks",
    blocks: [
      {
        kind: "table",
        caption: "Risks, worst first",
        columns: [{ head: "Severity" }, { head: "Risk" }, { head: "What to do" }],
        rows: risks.map((risk) => ({ cells: [sentence(risk.severity), risk.text, `${sentence(risk.action)}.`] })),
      },
    ],
  };
}

/** What the study could not say. */
export function unknownsSection({ unknowns }: Study): Section {
  return { id: "unknowns", title: "What is unknown", blocks: [{ kind: "list", items: unknowns }] };
}

/** What to decide next, in order. */
export function decisionsSection({ decisions }: Study): Section {
  return { id: "decisions", title: "Decide next", blocks: [{ kind: "list", ordered: true, items: decisions }] };
}

/** Chain of every number: its value, how it follows from others, and where those come from. */
export function chainsSection({ figures, payback }: Study): Section {
  const known = new Set(figures.map((figure) => figure.id));
  return {
    id: "chains",
    title: "Where every number comes from",
    blocks: [
      {
        kind: "paragraph",
        text: "Each number of this study links here. A computed number names its inputs, which link on, down to your own file, a dated row of the catalogue, a measurement or an assumption that you can replace in programme.yaml.",
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

/** The month as the rest of the study says it: what is cut off at the horizon is never, not a month. */
function monthText(figure: Figure, { neverShare }: Study["payback"]): string {
  const { p10, p50, p90, unit } = figure;
  if (p10 === null || p50 === null || p90 === null || !endsInNever(neverShare)) return valueText(figure);
  return `${monthsSpan({ p10, p90 }, neverShare)} (p50 ${formatNumber(p50)}) ${unit}`;
}

function valueText({ p10, p50, p90, unit }: Figure): string {
  if (p10 === null || p50 === null || p90 === null) return "unknown";
  const format = (value: number): string =>
    Math.abs(value) >= 1e9 ? value.toExponential(2).replace("e+", "e") : formatNumber(value, 4);
  const range = span({ p10, p90 }, format);
  return `${range}${p10 === p90 ? "" : ` (p50 ${minus(format(p50))})`} ${unit}`;
}

function chainText(figure: Figure, known: ReadonlySet<string>): Text {
  const { label, formula, inputs, reason, source } = figure;
  if (figure.id === `user.${label}`) {
    const origin = source.kind === "user" ? "as programme.yaml has it" : "by default: programme.yaml does not say";
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
