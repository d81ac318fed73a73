import { type Column, textTable, wrapText } from "../../base/text-table.ts";
import { formatCount, formatNumber } from "../../base/units.ts";
import { counted, percent, whole } from "../../base/words.ts";
import type { GiantRow, LeftOut, TrafficImport, UsageFile } from "../../domain/traffic-import.ts";
import type { ModelTraffic, TokenLengths, Traffic } from "../../domain/traffic.ts";

/** Number of models printed; the others are summed in one row, and `--json` has each. */
const SHOWN_MODELS = 8;

/** Text of `plan traffic`: the month, by model, the files, and notes. */
export function trafficText({ traffic, files, giants, out }: TrafficImport): string {
  const parts = [
    monthText(traffic),
    modelsText(traffic),
    files.map(fileText).join("\n"),
    giants.map(giantText).join("\n"),
    [...traffic.notes, ...ratioNotes(traffic)].map((note) => wrapText(`- ${note}`, 100)).join("\n"),
    out === null ? "" : `written: ${out}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function monthText(traffic: Traffic): string {
  const { requestsPerMonth: requests, peakBucket, from, to } = traffic;
  const range = from === undefined ? "" : `, read from ${from} to ${to} UTC`;
  const rows: string[][] = [
    ["input tokens per month", formatCount(traffic.inputTokensPerMonth), lengthText(traffic.inputLengths)],
    ["output tokens per month", formatCount(traffic.outputTokensPerMonth), lengthText(traffic.outputLengths)],
    ["requests per month", requests === undefined ? "not counted" : formatCount(requests), rateText(requests)],
    ["cached input", share(traffic.cachedInputShare), ""],
    ...(traffic.cacheWriteShare > 0 ? [["written to a cache", share(traffic.cacheWriteShare), ""]] : []),
    ["in batches", share(traffic.batchShare), ""],
    [
      "peak over mean",
      `${formatNumber(traffic.peakOverMean)}x`,
      peakBucket === undefined ? "assumed" : `busiest ${peakBucket}`,
    ],
    ["growth per month", traffic.growthPerMonth === 0 ? "none" : `${formatNumber(traffic.growthPerMonth * 100)} %`, ""],
  ];
  return `A month of traffic${range}\n\n${textTable([{ head: "" }, { head: "", align: "right" }, { head: "" }], rows).trim()}`;
}

function share(value: number): string {
  return value === 0 ? "none" : percent(value);
}

function lengthText(lengths: TokenLengths | undefined): string {
  if (lengths === undefined) return "";
  const spread = lengths.cv === null ? "" : `, coefficient of variation ${formatNumber(lengths.cv, 2)}`;
  return `${formatNumber(lengths.mean)} a request${spread}`;
}

function rateText(requests: number | undefined): string {
  return requests === undefined ? "" : `${formatNumber(requests / 2_629_800)} per second`;
}

function modelsText({ byModel }: Traffic): string {
  if (byModel.length < 2) return byModel[0] === undefined ? "" : `model: ${byModel[0].model}`;
  const shown = byModel.slice(0, SHOWN_MODELS);
  const rest = byModel.slice(SHOWN_MODELS);
  const row = ({ model, inputTokens, outputTokens, requests }: ModelTraffic): string[] => [
    model,
    formatCount(inputTokens),
    formatCount(outputTokens),
    requests === null ? "–" : formatCount(requests),
  ];
  const sum = (field: "inputTokens" | "outputTokens"): number => rest.reduce((total, entry) => total + entry[field], 0);
  const others = { inputTokens: sum("inputTokens"), outputTokens: sum("outputTokens"), requests: null };
  const right = { align: "right" } as const;
  const columns: Column[] = [
    { head: "model" },
    { head: "input", ...right },
    { head: "output", ...right },
    { head: "requests", ...right },
  ];
  return textTable(columns, [
    ...shown.map(row),
    ...(rest.length > 0 ? [row({ model: `${rest.length} others`, ...others })] : []),
  ]);
}

function fileText({ path, format, rows, used, skipped, rejected }: UsageFile): string {
  const count = (all: readonly LeftOut[]): number => all.reduce((total, entry) => total + entry.rows, 0);
  const head = `${path} (${format}): ${counted(rows, "row")} = ${whole(used)} used + ${whole(count(skipped))} skipped + ${whole(count(rejected))} rejected`;
  const lines = [
    ...skipped.map((entry) => leftOutText("skipped", entry)),
    ...rejected.map((entry) => leftOutText("rejected", entry)),
  ];
  return [head, ...lines].join("\n");
}

function leftOutText(word: string, { reason, rows, firstLine }: LeftOut): string {
  const place = firstLine === null ? "" : `, first on line ${firstLine}`;
  return wrapText(`${word} ${counted(rows, "row")}${place}: ${reason}`, 100, "  ");
}

function giantText({ path, line, tokens, shareOfTokens, timesMedian }: GiantRow): string {
  const place = line === null ? path : `${path}, line ${line}`;
  return wrapText(
    `${place}: one row has ${formatCount(tokens)} tokens, ${percent(shareOfTokens)} of all and ${formatNumber(timesMedian, 2)} times the median row; it is counted: check it`,
  );
}

function ratioNotes({ ownTokensPerToken: ratio }: Traffic): string[] {
  if (ratio === undefined) return [];
  const { p10, p50, p90, basis } = ratio;
  return [
    `the served model needs ${formatNumber(p50)} (${formatNumber(p10)}–${formatNumber(p90)}) tokens for one token counted here: ${basis}`,
  ];
}
