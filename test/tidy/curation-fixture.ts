const importing = (specifier: string): string => `import { x } from "${specifier}";\n`;

/** Files that break the import order inside curate, and what the rule finds in them. */
export const CURATION = {
  name: "imports between the folders of curate go downwards only",
  broken: {
    "src/curate/rows/row-text.ts": importing("../stage.ts"),
    "src/curate/pii/pii-stage.ts": `${importing("../pipeline/reading/run-stage.ts")}${importing("../pipeline/run-pipeline.ts")}`,
    "src/curate/quality/quality-stage.ts": importing("../formats/import-stage.ts"),
    "src/curate/pipeline/executing/stages.ts": importing("../../pii/pii-stage.ts"),
    "src/curate/pipeline/storing/funnel.ts": importing("../reading/read-rows.ts"),
    "src/curate/odds/end.ts": importing("../stage.ts"),
  },
  finds: [
    "src/curate/pii/pii-stage.ts: curate/pii may not import ../pipeline/run-pipeline.ts",
    "src/curate/quality/quality-stage.ts: curate/quality may not import ../formats/import-stage.ts",
    "src/curate/pipeline/storing/funnel.ts: curate/pipeline/storing may not import ../reading/read-rows.ts",
    'src/curate/odds/end.ts: "odds" of curate is not in test/tidy/layers.ts',
  ],
};
