import type {
  AdapterConfig,
  AuditImport,
  DraftField,
  ForeignRecord,
  TrainingConfig,
} from "../../domain/audit-import.ts";
import { mainConfig, resolveBase } from "./main-config.ts";

/** Input of a draft in addition to the record. */
export type DraftInput = {
  record: Omit<ForeignRecord, "version" | "on">;
  name: string;
  /** Base model that the user states. */
  base: string | undefined;
  processes: { value: number; place: string } | null;
  /** Runs that were imported. */
  runs: number;
  isKnown: (name: string) => boolean;
};

/**
 * Number of rows that is assumed if no source states it: the middle of the article's range for an instruction LoRA,
 * 1-10k.
 */
export const ASSUMED_ROWS = 5_000;

/** Number of tokens that is assumed for a continued pre-training whose corpus is unknown. */
const ASSUMED_TOKENS = 100_000_000;

/** Libraries of programme.yaml, by the libraries of the configurations. */
const STACKS: Readonly<Record<TrainingConfig["library"], string>> = {
  trl: "hf",
  axolotl: "axolotl",
  "llama-factory": "llama-factory",
  profile: "hf",
};

/** Fields of the draft programme, each with its origin, in the order of programme.yaml. */
export function draftFields(input: DraftInput): DraftField[] {
  const { record } = input;
  const config = mainConfig(record.configs, input.isKnown);
  const objective = config?.objective?.value ?? "sft";
  const assumed = "assumed: not stated in any source";
  return [
    field("name", input.name, "name of the folder"),
    field("task.kind", objective === "pretraining" ? "domain-corpus" : "chat", assumed),
    field("task.goals", [objective === "pretraining" ? "knowledge" : "style"], assumed),
    ...baseField(input, config),
    ...rowFields(input, config),
    ...trainingFields(input, config),
    ...evaluationFields(record),
  ];
}

function field(name: string, value: DraftField["value"], origin: string): DraftField {
  return { field: name, value, origin, isAssumed: origin.startsWith("assumed") };
}

function baseField({ base, record, isKnown }: DraftInput, config: TrainingConfig | undefined): DraftField[] {
  if (base !== undefined) return [field("model.base", base, "stated with --base")];
  const resolved = config === undefined ? null : resolveBase(config, record.configs, isKnown);
  if (resolved !== null) return [field("model.base", resolved.base, resolved.origin)];
  const bases = record.adapters.flatMap((adapter) => adapter.base ?? []);
  const named = bases.find(({ value }) => isKnown(value)) ?? config?.base ?? bases[0];
  return named === undefined ? [] : [field("model.base", named.value, named.place)];
}

function rowFields({ record, processes }: DraftInput, config: TrainingConfig | undefined): DraftField[] {
  const fields: DraftField[] = [];
  if (record.datasets.length > 0) {
    const files = record.datasets.map(({ file, role, says }) => `${file} (${role}: ${says})`).join("; ");
    const value = record.datasets.map(({ file }) => file);
    fields.push(field("data.files", value, `${files}; their origin is assumed to be your own`));
  }
  const objective = config?.objective?.value;
  if (objective === "pretraining") {
    return [...fields, field("data.corpusTokens", ASSUMED_TOKENS, "assumed: no source counts the tokens")];
  }
  const name = objective === "dpo" ? "data.preferencePairs" : "data.plannedRows";
  const rows = record.datasets.filter(({ role }) => role === "train").reduce((sum, dataset) => sum + dataset.rows, 0);
  if (rows > 0) return [...fields, field(name, rows, "counted in the training files")];
  const seen = rowsSeen(record, { config, gpus: processes ?? mostGpus(record) });
  if (seen !== null) return [...fields, field(name, seen.rows, seen.origin)];
  return [...fields, field(name, ASSUMED_ROWS, "assumed: no dataset file is among the sources")];
}

/** Rows of one pass, computed from the steps of a run; null if its state does not contain them. */
function rowsSeen(
  { states }: DraftInput["record"],
  { config, gpus }: { config: TrainingConfig | undefined; gpus: { value: number } | null },
): { rows: number; origin: string } | null {
  const state = states.find(({ steps, epochs, trainBatch }) => steps && epochs && trainBatch);
  if (state === undefined) return null;
  const accumulation = config?.accumulation?.value;
  const unstated = [
    ...(accumulation === undefined ? ["1 micro-step per step"] : []),
    ...(gpus === null ? ["1 GPU"] : []),
  ];
  const assumed = unstated.length === 0 ? "" : `assumed: ${unstated.join(" and ")}, which no source states; `;
  const [microSteps, processes] = [accumulation ?? 1, gpus?.value ?? 1];
  const rows = Math.round((state.steps! * state.trainBatch! * microSteps * processes) / state.epochs!);
  const origin = `${assumed}computed: ${state.file}: ${state.steps} steps × ${state.trainBatch} sequences × ${microSteps} micro-steps × ${processes} GPUs / ${state.epochs} epochs`;
  return rows > 0 ? { rows, origin } : null;
}

function trainingFields({ processes, runs, record }: DraftInput, config: TrainingConfig | undefined): DraftField[] {
  const fields: DraftField[] = [];
  if (config !== undefined) {
    fields.push(...methodFields(config));
    const numbers = [
      ["training.loraRank", config.loraRank],
      ["training.sequenceTokens", config.sequenceTokens],
      ["training.batchSequences", config.batchSequences],
      ["training.epochs", config.epochs],
      ["training.packing", config.packing],
    ] as const;
    for (const [name, read] of numbers)
      if (read !== null && read.value !== 0) fields.push(field(name, read.value, read.place));
    fields.push(field("training.stack", STACKS[config.library], `${config.file} is a file for ${config.library}`));
  } else if (record.adapters[0] !== undefined) fields.push(...adapterFields(record.adapters[0]));
  const gpus = processes ?? mostGpus(record);
  if (gpus !== null) fields.push(field("training.gpuCount", gpus.value, gpus.place));
  const counted = runs > 0 ? runs : record.states.length;
  const origin = runs > 0 ? "imported runs" : "files trainer_state.json";
  if (counted > 0) fields.push(field("training.runs", counted, `counted: ${origin}`));
  return fields;
}

/** Fields of a programme of which only the trained adapter is left. */
function adapterFields({ place, rank }: AdapterConfig): DraftField[] {
  const method = field("training.method", "lora", `${place}; a quantised base would not be named there`);
  return rank === null ? [method] : [method, field("training.loraRank", rank.value, rank.place)];
}

/** The largest number of GPUs that a script requests for one job; null if none states it. */
function mostGpus({ scripts }: DraftInput["record"]): { value: number; place: string } | null {
  const stated = scripts.flatMap(({ gpus }) => (gpus === null ? [] : [gpus]));
  return stated.reduce<{ value: number; place: string } | null>(
    (most, gpus) => (most === null || gpus.value > most.value ? gpus : most),
    null,
  );
}

function methodFields({ objective, weights }: TrainingConfig): DraftField[] {
  if (weights === null) return [];
  const kind = objective?.value ?? "sft";
  const tuned = weights.value === "full" ? "full-sft" : weights.value;
  if (kind === "pretraining") return [field("training.method", "continued-pretraining", objective!.place)];
  if (kind === "sft") return [field("training.method", tuned, weights.place)];
  return [field("training.method", kind, objective!.place), field("training.weights", tuned, weights.place)];
}

function evaluationFields({ results }: DraftInput["record"]): DraftField[] {
  const items = Math.max(0, ...results.map((result) => result.items ?? 0));
  if (results.length === 0) return [];
  const fields = [field("evaluation.evaluations", new Set(results.map(({ file }) => file)).size, "files with results")];
  return items === 0
    ? fields
    : [field("evaluation.frozenRows", items, "the largest set that a result counts"), ...fields];
}

/** Fields on which configurations must agree, with a reader for each. */
const COMPARED = [
  ["model.base", ({ base }: TrainingConfig) => base],
  ["training.method", ({ weights }: TrainingConfig) => weights],
  ["training.objective", ({ objective }: TrainingConfig) => objective],
  ["training.loraRank", ({ loraRank }: TrainingConfig) => loraRank],
  ["training.sequenceTokens", ({ sequenceTokens }: TrainingConfig) => sequenceTokens],
  ["training.epochs", ({ epochs }: TrainingConfig) => epochs],
] as const;

/** Fields on which the configurations, or a configuration and the state of its run, disagree; the main one's value first. */
export function contradictionsOf({ record, processes, isKnown }: DraftInput): AuditImport["contradictions"] {
  const scripted = record.scripts.flatMap(({ gpus }) => (gpus === null ? [] : [gpus]));
  const gpus = differing("training.gpuCount", [...(processes === null ? [] : [processes]), ...scripted]);
  const main = mainConfig(record.configs, isKnown);
  if (main === undefined) return gpus;
  const ordered = [main, ...record.configs.filter((config) => config !== main)];
  const states = record.states.flatMap(({ epochs, file }) => (epochs === null ? [] : [{ value: epochs, place: file }]));
  const compared = COMPARED.flatMap(([name, read]) => {
    const values = ordered.flatMap((config) => read(config) ?? []) as { value: string | number; place: string }[];
    if (name === "training.epochs") values.push(...states);
    return differing(name, values);
  });
  return [...compared, ...gpus];
}

/** A field with its different values and the first place of each; none if all are equal. */
function differing(
  name: string,
  values: readonly { value: string | number; place: string }[],
): AuditImport["contradictions"] {
  const different = values.filter(
    ({ value }, index) => values.findIndex((other) => String(other.value) === String(value)) === index,
  );
  if (different.length < 2) return [];
  return [{ field: name, values: different.map(({ value, place }) => ({ value: String(value), place })) }];
}
