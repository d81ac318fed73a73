import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { JsonLinesFile } from "./json-lines-file.ts";
import { QualityJudge } from "./judge.ts";
import { JUDGE_FIELDS } from "./judge-request.ts";
import { QualityOptions } from "./quality.ts";

const { fields: _fields, judge: _judge, allow, ...shape } = QualityOptions.shape;

/** Request of `data quality`. */
export const QualityRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  out: JsonLinesFile.optional().describe("File for the kept rows, as JSONL; default: nothing is written"),
  dropped: z.string().min(1).optional().describe("File for the dropped rows, each with its reason"),
  ...shape,
  allow,
  textField: z.string().min(1).optional().describe("Field with the text of a row; formats are then not recognised"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
  ...JUDGE_FIELDS,
  judgeMin: QualityJudge.shape.min,
  judgeSample: QualityJudge.shape.sample,
  judgeSeed: QualityJudge.shape.seed,
});
export type QualityRequest = z.infer<typeof QualityRequest>;
