import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { Failure } from "../base/failure.ts";
import { didYouMean, suggestNamed } from "../base/suggest.ts";
import { formatCount } from "../base/units.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { ParamParts } from "../domain/param-count.ts";
import { type ArchitectureFlags, parseFlags, type ShapeFacts } from "./architecture.ts";
import { mixerFacts } from "./count/mixer-facts.ts";
import { nameKeys, spaced } from "./model-names.ts";
import { paramCount } from "./param-count.ts";

/** Day on which `data/models.csv` was compiled. */
const AS_OF = "2026-11-25";

/** A row of the catalogue: the shape with its computed counts and their parts. */
export type CatalogueModel = { shape: ModelShape; flags: ArchitectureFlags; publishedActiveParamCount: number | null };

let loaded: readonly CatalogueModel[] | undefined;

/** All rows of the catalogue, in file order. The file is read once, at the first call. */
export function catalogueModels(): readonly CatalogueModel[] {
  loaded ??= readRows();
  return loaded;
}

/** All model shapes of the catalogue, in file order. */
export function allModels(): readonly ModelShape[] {
  return catalogueModels().map(({ shape }) => shape);
}

function readRows(): CatalogueModel[] {
  const path = new URL("./data/models.csv", import.meta.url);
  return parseCsv(readFileSync(path, "utf8"), "models.csv").rows.map(({ fields }) => readRow(fields));
}

function readRow(fields: Readonly<Record<string, string>>): CatalogueModel {
  const text = (name: string): string => fields[name] ?? "";
  const textOrNull = (name: string): string | null => (text(name) === "" ? null : text(name));
  const count = (name: string): number => Number(text(name));
  const countOrNull = (name: string): number | null => (text(name) === "" ? null : count(name));
  const billions = (name: string): number | null => (text(name) === "" ? null : Math.round(count(name) * 1e9));
  const flags = parseFlags(text("flags"));
  const facts: ShapeFacts = {
    id: text("id"),
    aliases: text("aliases")
      .split("|")
      .filter((alias) => alias !== ""),
    family: text("family"),
    released: textOrNull("released"),
    licence: textOrNull("licence"),
    publishedParamCount: billions("published_billion"),
    layers: count("layers"),
    hidden: count("hidden"),
    mlp: count("mlp"),
    mlpKind: text("mlp_kind") as ModelShape["mlpKind"],
    heads: count("heads"),
    kvHeads: count("kv_heads"),
    headDim: count("head_dim"),
    vocab: count("vocab"),
    tiedEmbeddings: text("tied") === "yes",
    attention: text("attention") as ModelShape["attention"],
    latent:
      text("kv_lora_rank") === ""
        ? null
        : {
            qLoraRank: count("q_lora_rank"),
            kvLoraRank: count("kv_lora_rank"),
            qkRopeHeadDim: count("qk_rope_head_dim"),
            qkNopeHeadDim: count("qk_nope_head_dim"),
            vHeadDim: count("v_head_dim"),
          },
    slidingWindow: countOrNull("sliding_window"),
    slidingPattern: textOrNull("sliding_pattern"),
    linearLayers: count("linear_layers"),
    experts:
      text("experts") === ""
        ? null
        : {
            total: count("experts"),
            active: count("experts_active"),
            shared: count("shared_experts"),
            mlp: count("moe_mlp"),
            sharedMlp: count("shared_mlp"),
            inWidth: flags.moeLatent ?? count("hidden"),
            firstDenseLayers: count("first_dense_layers"),
            every: flags.moeEvery,
            parallelDense: flags.parallelDense,
          },
    context: countOrNull("context"),
    source: text("source"),
    asOf: AS_OF,
    notes: text("notes"),
  };
  const { total, active } = paramCount(facts, flags);
  return {
    shape: { ...facts, ...mixerFacts(facts, flags), paramCount: total, activeParamCount: active },
    flags,
    publishedActiveParamCount: billions("published_active_billion"),
  };
}

/**
 * A catalogue model with its parameters by part.
 *
 * @throws Failure as `findModel` does
 */
export function catalogueModel(name: string): CatalogueModel & { parts: ParamParts } {
  const shape = findModel(name);
  const row = catalogueModels().find((catalogueModel) => catalogueModel.shape === shape)!;
  return { ...row, parts: paramCount(shape, row.flags).parts };
}

/** The first catalogue model that equals `shape` in everything that an estimate reads. */
export function twinOf(shape: ModelShape): ModelShape | undefined {
  return allModels().find((known) => sameShape(known, shape));
}

/**
 * Finds a model by Hub id, alias, or a spelling that differs in organisation, case, spacing or storage suffix.
 *
 * @throws Failure not_found if nothing matches, with the closest names, or if models of different shapes match
 */
export function findModel(name: string): ModelShape {
  index ??= nameIndex();
  for (const [level, key] of nameKeys(name).entries()) {
    const fitting = index[level]?.get(key);
    if (fitting === undefined) continue;
    if (fitting.every((shape) => sameShape(shape, fitting[0]!))) return fitting[0]!;
    throw new Failure("not_found", `"${shown(name)}" matches models of different shapes`, {
      hint: `choose one: ${fitting.map(({ id }) => id).join(", ")}`,
    });
  }
  const near = nearModels(shown(name)).map(({ id, paramCount }) => `${id} (${formatCount(paramCount)})`);
  throw new Failure("not_found", `the catalogue has no model "${shown(name)}"`, {
    hint:
      near.length > 0
        ? `did you mean ${near.join(" or ")}? For another model give the path of its config.json`
        : "tunewright models list shows all; for another model give the path of its config.json",
  });
}

/**
 * Suggestions for an unknown name: the sizes of a release if it names one (`llama3.1`), otherwise models whose name
 * contains it, otherwise the closest spellings.
 */
function nearModels(name: string): ModelShape[] {
  const wanted = nameKeys(name)[1]!;
  const held = searchModels({ search: name });
  const sizes = held.filter(({ id }) => {
    const key = nameKeys(id)[1]!;
    return key.startsWith(wanted) && /^~?[\d.]+b$/.test(key.slice(wanted.length));
  });
  if (held.length > 0) {
    return (sizes.length > 0 ? sizes : held).toSorted((a, b) => a.paramCount - b.paramCount).slice(0, 5);
  }
  return suggestNamed(name, allModels(), ({ id, aliases }) => [id, ...aliases]).map(({ thing }) => thing);
}

/** Filter for models; absent fields match everything. */
export type ModelQuery = {
  /** Part of the id or of an alias, in any case and spelling. */
  search?: string | undefined;
  family?: string | undefined;
  minParamCount?: number | undefined;
  maxParamCount?: number | undefined;
  licence?: string | undefined;
  /** Only mixtures of experts. */
  experts?: boolean;
};

/**
 * The models that match a filter, in catalogue order.
 *
 * @throws Failure not_found for an unknown family, with the closest one
 */
export function searchModels(query: ModelQuery): ModelShape[] {
  const { search = "", family, minParamCount = 0, maxParamCount = Infinity, licence, experts = false } = query;
  const families = new Set(allModels().map((shape) => shape.family));
  if (family !== undefined && ![...families].some((known) => sameWord(known, family))) {
    throw new Failure("not_found", `unknown model family "${family}"`, {
      hint: didYouMean(family, families) ?? `families: ${[...families].toSorted().join(", ")}`,
    });
  }
  const wanted = spaced(search.trim());
  return allModels().filter(
    (shape) =>
      [shape.id, ...shape.aliases].some((name) => spaced(name).includes(wanted)) &&
      (family === undefined || sameWord(shape.family, family)) &&
      (licence === undefined || sameWord(shape.licence ?? "", licence)) &&
      shape.paramCount >= minParamCount &&
      shape.paramCount <= maxParamCount &&
      (!experts || shape.experts !== null),
  );
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

let index: ReadonlyMap<string, readonly ModelShape[]>[] | undefined;

/** One map per level of `nameKeys`, from key to the models with that key. */
function nameIndex(): ReadonlyMap<string, readonly ModelShape[]>[] {
  const levels: Map<string, ModelShape[]>[] = [];
  for (const shape of allModels()) {
    for (const name of [shape.id, ...shape.aliases]) {
      for (const [level, key] of nameKeys(name).entries()) {
        const map = (levels[level] ??= new Map<string, ModelShape[]>());
        const fitting = map.get(key) ?? [];
        if (!fitting.includes(shape)) map.set(key, [...fitting, shape]);
      }
    }
  }
  return levels;
}

/** Fields that name a row or give its source. Models of one release with the same shape differ only in these. */
const LABELS: ReadonlySet<string> = new Set<keyof ModelShape>([
  "id",
  "aliases",
  "family",
  "released",
  "licence",
  "source",
  "asOf",
  "notes",
  "publishedParamCount",
]);

/** True if two rows are equal in everything that an estimate reads. */
function sameShape(a: ModelShape, b: ModelShape): boolean {
  return a === b || factsOf(a) === factsOf(b);
}

function factsOf(shape: ModelShape): string {
  return JSON.stringify(shape, (key, value: unknown) => (LABELS.has(key) ? undefined : value));
}

function shown(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
