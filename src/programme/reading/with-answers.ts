import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { FactValue } from "../../domain/compliance.ts";
import type { Programme } from "../../domain/programme.ts";

/**
 * A programme whose facts for the duties are completed by the answers of `compliance.yaml`. What `programme.yaml` states
 * takes precedence; a fact that neither states stays undefined.
 */
export function withAnswers(programme: Programme, { answers }: ComplianceAnswers): Programme {
  const { compliance } = programme;
  const value = (id: string): FactValue => answers[id]?.value ?? null;
  return {
    ...programme,
    compliance: {
      ...compliance,
      euMarket: compliance.euMarket ?? either(value("scope.placedOnUnionMarket"), value("scope.euUsers")),
      researchOnly: compliance.researchOnly ?? either(value("scope.researchOnly"), value("scope.internalNonEssential")),
      distributesWeights: compliance.distributesWeights ?? yesNo(value("dist.redistributesWeights")),
      ownName: compliance.ownName ?? yesNo(value("sys.putsIntoService")),
    },
  };
}

/** Yes if one of two facts is true, no if both are false, otherwise unknown. */
function either(first: FactValue, second: FactValue): boolean | undefined {
  if (first === true || second === true) return true;
  return first === false && second === false ? false : undefined;
}

function yesNo(value: FactValue): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
