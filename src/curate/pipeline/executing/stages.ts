import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import type { StageFinding } from "../../../domain/funnel.ts";
import type { DatasetStage, RowStage } from "../../stage.ts";
import { JUDGED_FILE } from "../../judge/judged-file.ts";
import { bindStage, type BoundStage } from "./bound-stage.ts";

/** Item of the pipeline for a stage, as in programme.yaml. */
type Item<Name extends PipelineStage["stage"]> = Extract<PipelineStage, { stage: Name }>;

/** Input for preparing the options of a stage. */
export type StageContext = {
  /** Path of a file named by `files`. */
  pathOf: (name: string) => string;
};

/** Finds a file in the programme folder. */
type ResolvePath = (name: string) => Promise<string>;

/** Metadata of a stage that is available before it is loaded. Large modules are imported on use. */
export type StageEntry<Named> = {
  /**
   * Files in the programme folder named by its options, and the files that those name: their hashes enter the name of
   * its artefacts.
   */
  files: (item: Named, resolve: ResolvePath) => readonly string[] | Promise<readonly string[]>;
  /** Assumed speed and memory until a run has measured them. */
  rate: StageRate;
  /** Kind and version, as part of the artefact's name. */
  about: () => Promise<{ kind: "row" | "dataset"; version: number }>;
  /** Findings of a decision over all rows. */
  findings: (decision: Uint8Array) => Promise<readonly StageFinding[]>;
  /** Imports the stage and prepares its options; once per worker. */
  load: (item: Named, context: StageContext) => Promise<BoundStage>;
};

/** Speed and memory of a stage. */
export type StageRate = {
  /** JSON bytes per second and core. */
  bytesPerSec: number;
  /** Memory per row during the decision over all rows. */
  memoryBytesPerRow: number;
  /** Maximum additional memory, reached if the rows take as many bytes. */
  memoryBytes?: number;
};

/** Types an entry by its stage: `prepare` makes the options of the stage from the item and reads files if required. */
function entry<Named, Options>(definition: {
  files?: StageEntry<Named>["files"];
  rate: StageRate;
  stage: () => Promise<RowStage<Options> | DatasetStage<Options>>;
  prepare: (item: Named, context: StageContext) => Options | Promise<Options>;
}): StageEntry<Named> {
  return {
    files: definition.files ?? (() => []),
    rate: definition.rate,
    about: async () => {
      const { kind, version } = await definition.stage();
      return { kind, version };
    },
    findings: async (decision) => {
      const stage = await definition.stage();
      return stage.kind === "dataset" ? (stage.findings?.(decision) ?? []) : [];
    },
    load: async (item, context) => bindStage(await definition.stage(), await definition.prepare(item, context)),
  };
}

/**
 * Every stage of a pipeline. To add one, define its options as an item in `domain/data-pipeline.ts` and add an entry
 * here.
 */
export const STAGES: { [Name in PipelineStage["stage"]]: StageEntry<Item<Name>> } = {
  import: entry({
    rate: { bytesPerSec: 20e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../formats/import-stage.ts")).importStage,
    prepare: ({ stage: _stage, ...options }) => options,
  }),
  trainable: entry({
    rate: { bytesPerSec: 40e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../trainable/trainable-stage.ts")).trainableStage,
    prepare: ({ fields }) => ({ fields }),
  }),
  exact: entry({
    rate: { bytesPerSec: 20e6, memoryBytesPerRow: 44 },
    stage: async () => (await import("../../exact/exact-stage.ts")).exactStage,
    prepare: ({ fields }) => ({ fields }),
  }),
  dedup: entry({
    rate: { bytesPerSec: 18e6, memoryBytesPerRow: 100, memoryBytes: 600e6 },
    stage: async () => (await import("../../duplicates/duplicates-stage.ts")).duplicatesStage,
    prepare: ({ stage: _stage, ...options }) => options,
  }),
  redact: entry({
    files: async ({ keyFile, nerModel }, resolve) => [
      ...(keyFile === undefined ? [] : [keyFile]),
      ...(nerModel === undefined
        ? []
        : Object.values(await (await import("../../../llm/onnx/model-folder.ts")).modelFilesNamed(nerModel, resolve))),
    ],
    rate: { bytesPerSec: 1e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../pii/redact-stage.ts")).redactStage,
    prepare: async ({ stage: _stage, keyFile, nerModel, ...options }, { pathOf }) => {
      const { redactSetup } = await import("../../pii/operators/redact-setup.ts");
      const { loadNamedModel } = await import("../../pii/model/ner-model.ts");
      const setup = redactSetup(options, { keyFile: keyFile === undefined ? undefined : pathOf(keyFile), env: {} });
      return nerModel === undefined ? setup : { ...setup, models: [await loadNamedModel(nerModel, pathOf)] };
    },
  }),
  decontaminate: entry({
    files: async (item) => (await import("../../decontaminate/load-decontaminator.ts")).decontaminateFilesNamed(item),
    rate: { bytesPerSec: 15e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../decontaminate/decontaminate-stage.ts")).decontaminateStage,
    prepare: async ({ stage: _stage, ...options }, { pathOf }) => {
      const { loadDecontaminator } = await import("../../decontaminate/load-decontaminator.ts");
      const { readRephrases } = await import("../../decontaminate/judge-rephrases.ts");
      const judged = options.judge === undefined ? undefined : await readRephrases(pathOf(JUDGED_FILE));
      return loadDecontaminator(options, { pathOf, judged });
    },
  }),
  quality: entry({
    files: ({ words }) => (words === undefined ? [] : [words]),
    rate: { bytesPerSec: 1e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../quality/quality-stage.ts")).qualityStage,
    prepare: async ({ stage: _stage, ...options }, { pathOf }) => {
      const { readWordList } = await import("../../quality/word-list.ts");
      const { readJudgements } = await import("../../quality/judge-quality.ts");
      const list = options.words === undefined ? undefined : await readWordList(pathOf(options.words));
      const judged = options.judge === undefined ? undefined : await readJudgements(pathOf(JUDGED_FILE));
      return { ...options, list, judged };
    },
  }),
  labels: entry({
    files: async ({ seal }, resolve) => [
      seal,
      await (await import("../../labels/read-seal.ts")).labelsFileOf(seal, await resolve(seal)),
    ],
    rate: { bytesPerSec: 40e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../labels/labels-stage.ts")).labelsStage,
    prepare: async ({ stage: _stage, ...options }, { pathOf }) =>
      (await import("../../labels/read-seal.ts")).readSeal(options, pathOf),
  }),
  synthetic: entry({
    rate: { bytesPerSec: 40e6, memoryBytesPerRow: 40 },
    stage: async () => (await import("../../synthetic/synthetic-stage.ts")).syntheticStage,
    prepare: ({ stage: _stage, ...options }) => options,
  }),
  split: entry({
    rate: { bytesPerSec: 15e6, memoryBytesPerRow: 400 },
    stage: async () => (await import("../../split/split-stage.ts")).splitStage,
    prepare: ({ stage: _stage, ...options }) => options,
  }),
  rights: entry({
    files: async ({ rights }, resolve) =>
      rights === undefined
        ? []
        : (await import("../../rights/read-rights.ts")).rightsFiles(rights, await resolve(rights)),
    rate: { bytesPerSec: 40e6, memoryBytesPerRow: 0 },
    stage: async () => (await import("../../rights/rights-stage.ts")).rightsStage,
    prepare: async (item, { pathOf }) => (await import("../../rights/read-rights.ts")).readRights(item, pathOf),
  }),
};

/** The entry of an item. */
export function entryOf(item: PipelineStage): StageEntry<PipelineStage> {
  return STAGES[item.stage] as StageEntry<PipelineStage>;
}
