import type { Audit, AuditAnswer } from "../domain/audit.ts";
import { isRefusal } from "../domain/estimate.ts";
import type { Block, ReportDocument, Section } from "../report/document.ts";
import { span, usd } from "../base/words.ts";
import { countsText, findingsOf, priceSources, priceText, stateText } from "./audit-text.ts";

/** Files of the programme that evidence names, by its place: paths relative to the page. */
type FileLinks = Readonly<Record<string, string>>;

/** An audit as one self-contained HTML page: a table of all rules, then each result with its evidence. */
export function auditDocument(audit: Audit, links: FileLinks = {}): ReportDocument {
  const rest = audit.answers.filter(({ state }) => state !== "finding");
  return {
    title: `Audit of ${audit.programme}`,
    subtitle: countsText(audit),
    facts: [
      { label: "Day", value: audit.on },
      { label: "Programme cost", value: `${span(audit.programmeCost, usd)} USD` },
      ...(audit.missingFiles.length === 0 ? [] : [{ label: "Missing files", value: audit.missingFiles.join(", ") }]),
      { label: "programme.yaml", value: audit.programmeSha256.slice(0, 12) },
      { label: "By", value: audit.tool },
    ],
    sections: [
      { id: "rules", title: "All rules", blocks: [rulesTable(audit)] },
      ...section("findings", "Findings", { answers: findingsOf(audit), links }),
      ...section("other", "Passed and not checkable", { answers: rest, links }),
    ],
    footer: `High: above ${audit.thresholds.high * 100} % of the programme's cost at the median, or a duty breached; medium: above ${audit.thresholds.medium * 100} %. A pass means that the check ran.`,
  };
}

function rulesTable({ answers }: Audit): Block {
  return {
    kind: "table",
    caption: "Rules, the ten mistakes of the article first",
    columns: [
      { head: "Mistake" },
      { head: "No.", align: "right" },
      { head: "State", width: "nowrap" },
      { head: "Price", align: "right" },
      { head: "What was found", width: "wide" },
    ],
    rows: answers.map((answer) => ({
      cells: [answer.mistake, String(answer.number ?? ""), stateText(answer), priceText(answer), answer.text],
    })),
  };
}

function section(
  id: string,
  title: string,
  { answers, links }: { answers: readonly AuditAnswer[]; links: FileLinks },
): Section[] {
  return answers.length === 0 ? [] : [{ id, title, blocks: answers.flatMap((answer) => answerBlocks(answer, links)) }];
}

function answerBlocks(answer: AuditAnswer, links: FileLinks): Block[] {
  const { price, action } = answer;
  const priced =
    price === null ? undefined : isRefusal(price) ? `none: ${price.refused}` : `${priceText(answer)}: ${price.basis}`;
  return [
    { kind: "heading", text: `${answer.mistake}: ${stateText(answer)}` },
    { kind: "paragraph", text: answer.text },
    {
      kind: "list",
      items: [
        ...answer.evidence.map(({ place, says }) => {
          const file = links[place];
          return [file === undefined ? { code: place } : { file, text: place }, `: ${says}`];
        }),
        ...(priced === undefined ? [] : [[{ strong: "Price " }, priced]]),
        ...priceSources(answer).map((source) => [{ strong: "Price rests on " }, source]),
        ...(action === null ? [] : [[{ strong: "Do " }, action]]),
      ],
    },
  ];
}
