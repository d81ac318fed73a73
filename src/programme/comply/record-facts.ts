import { counted } from "../../base/words.ts";
import { isThirdCountry } from "../../comply/third-country.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { KnownFact } from "../../domain/compliance.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import type { TrainingJob } from "../../domain/training-job.ts";
import { ANSWERS_FILE } from "../reading/answers-file.ts";

/** Records of a programme from which facts follow. */
export type FactRecords = {
  vendors: ComplianceAnswers["vendors"];
  jobs: readonly TrainingJob[];
  curation: StudyCuration | null;
};

/**
 * Facts that the register of vendors, the training jobs and the last data run prove. A record proves that something is
 * so, never that it is not: a fact that none proves is absent.
 */
export function recordFacts({ vendors, jobs, curation }: FactRecords): KnownFact[] {
  const receiving = vendors.filter(({ personalData }) => personalData);
  const abroad = receiving.filter(({ country }) => country !== undefined && isThirdCountry(country));
  const hosted = jobs.filter(({ state, modelId }) => state === "done-verified" && modelId !== null);
  const found = curation === null || curation.state === "stale" ? [] : (curation.personalData?.entities ?? []);
  return [
    ...proved("data.processorsUsed", receiving, (names) => `register of vendors in ${ANSWERS_FILE}: ${names}`),
    ...proved("data.thirdCountry", abroad, (names) => `register of vendors in ${ANSWERS_FILE}: ${names}`),
    ...(hosted.length === 0
      ? []
      : [
          {
            id: "base.weightsControlledByVendor",
            value: true,
            source: `${counted(hosted.length, "training job")} at a provider that keeps the weights: ${hosted[0]!.modelId}`,
          },
        ]),
    ...(found.length === 0
      ? []
      : [
          {
            id: "data.personal",
            value: true,
            source: `the last data run found ${found.map(({ entity, rows }) => `${entity} in ${counted(rows, "row")}`).join(", ")}`,
          },
        ]),
  ];
}

function proved(id: string, vendors: ComplianceAnswers["vendors"], source: (names: string) => string): KnownFact[] {
  if (vendors.length === 0) return [];
  const names = vendors.map(({ name, country }) => (country === undefined ? name : `${name} (${country})`));
  return [{ id, value: true, source: source(names.join(", ")) }];
}
