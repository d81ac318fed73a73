/**
 * `tunewright/comply`: which requirements apply to the facts of a programme, and from when. Pure functions; the catalogue
 * of requirements comes with them. Not legal advice.
 */
export { complianceCatalogue, LAW_FROM } from "../catalog/compliance.ts";
export { type Applicable, applicable, questions } from "./applicable.ts";
export { deriveFacts } from "./derived-facts.ts";
export { type Facts, holds, type Truth, unknownFacts } from "./predicate.ts";
