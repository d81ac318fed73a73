import { textTable, wrapText } from "../base/text-table.ts";
import { formatCount } from "../base/units.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { ParamParts } from "../domain/param-count.ts";

/** Table of several models, one line each. */
export function modelsText(models: readonly ModelShape[]): string {
  const rows = models.map((shape) => [
    shape.id,
    formatCount(shape.paramCount),
    shape.experts === null ? "" : formatCount(shape.activeParamCount),
    shape.context === null ? "unknown" : exact(shape.context),
    shape.released ?? "unknown",
    shape.licence ?? "unknown",
  ]);
  const table = textTable(
    [
      { head: "model" },
      { head: "params", align: "right" },
      { head: "active", align: "right" },
      { head: "context", align: "right" },
      { head: "released" },
      { head: "licence", wrap: 24 },
    ],
    rows,
  );
  return `${table}\n\n${models.length} ${models.length === 1 ? "model" : "models"}`;
}

/** Text of all facts of one model, with its parameters by part if they are known. */
export function modelText(shape: ModelShape, parts?: ParamParts): string {
  const facts = `${shape.id}\n${textTable([{ head: "" }, { head: "", wrap: 84 }], factRows(shape)).trimStart()}`;
  const counts = parts === undefined ? "" : `\n\n${partsText(shape, parts)}`;
  const notes = shape.notes === "" ? "" : `\n\n${wrapText(`notes: ${shape.notes}`)}`;
  return `${facts}${counts}${notes}\n${wrapText(`source: ${shape.source}, read ${shape.asOf}`)}`;
}

function factRows(shape: ModelShape): string[][] {
  const { experts, latent } = shape;
  const rows = [
    ["family", shape.family],
    ["released", shape.released ?? "unknown"],
    ["licence", shape.licence ?? "unknown"],
    ["layers", layersText(shape)],
    ["hidden", exact(shape.hidden)],
    ["MLP", shape.mlp === 0 ? "none: every layer has experts" : `${exact(shape.mlp)} ${shape.mlpKind}`],
    ["attention", `${shape.attention}, ${shape.heads} heads of ${shape.headDim}, ${shape.kvHeads} key-value heads`],
    ["vocabulary", `${exact(shape.vocab)}${shape.tiedEmbeddings ? ", one embedding in and out" : ""}`],
    ["context", shape.context === null ? "unknown" : `${exact(shape.context)} tokens`],
  ];
  if (latent !== null) {
    const ranks = `query ${latent.qLoraRank === 0 ? "not compressed" : latent.qLoraRank}, key and value ${latent.kvLoraRank}`;
    rows.push([
      "latent ranks",
      `${ranks}; head ${latent.qkNopeHeadDim} + ${latent.qkRopeHeadDim}, value ${latent.vHeadDim}`,
    ]);
  }
  if (shape.slidingWindow !== null) {
    const pattern = shape.slidingPattern === null ? "" : `, ${shape.slidingPattern} local to global`;
    rows.push(["window", `${exact(shape.slidingWindow)} tokens${pattern}`]);
  }
  if (experts !== null) {
    const shared = experts.sharedMlp === 0 ? "" : `, shared ${exact(experts.sharedMlp)} wide`;
    const width = `of width ${exact(experts.mlp)}`;
    rows.push(["experts", `${experts.active} of ${experts.total} ${width}${shared}`]);
  }
  if (shape.aliases.length > 0) rows.push(["also called", shape.aliases.join(", ")]);
  return rows;
}

function layersText({ layers, linearLayers, experts }: ModelShape): string {
  const notes = [
    linearLayers > 0 ? `${linearLayers} without attention` : "",
    experts !== null && experts.firstDenseLayers > 0 ? `the first ${experts.firstDenseLayers} without experts` : "",
  ].filter((note) => note !== "");
  return notes.length === 0 ? String(layers) : `${layers}, ${notes.join(", ")}`;
}

const PART_NAMES: Readonly<Record<keyof ParamParts, string>> = {
  embedding: "embeddings and head",
  attention: "attention",
  linearMixers: "linear mixers",
  mlp: "MLP",
  experts: "experts and routers",
  norms: "norms",
  extras: "per-layer extras",
  mtp: "multi-token prediction",
  towers: "image and sound towers, as published",
};

function partsText(shape: ModelShape, parts: ParamParts): string {
  const rows: (string[] | null)[] = Object.entries(PART_NAMES)
    .map(([key, label]) => [label, parts[key as keyof ParamParts]] as const)
    .filter(([, count]) => count > 0)
    .map(([label, count]) => [label, exact(count)]);
  rows.push(null, ["total, computed", exact(shape.paramCount)]);
  if (shape.experts !== null) rows.push(["of which active per token", exact(shape.activeParamCount)]);
  rows.push(["total, published", publishedText(shape)]);
  return textTable([{ head: "parameters" }, { head: "count", align: "right" }], rows);
}

/** A count with all its digits. */
function exact(count: number): string {
  return count.toLocaleString("en-US");
}

function publishedText({ paramCount, publishedParamCount }: ModelShape): string {
  if (publishedParamCount === null) return "unknown";
  const off = ((paramCount - publishedParamCount) / publishedParamCount) * 100;
  const shown = Math.abs(off) < 0.005 ? "equal" : `${off > 0 ? "+" : "−"}${Math.abs(off).toFixed(2)} %`;
  return `${formatCount(publishedParamCount)} (${shown})`;
}
