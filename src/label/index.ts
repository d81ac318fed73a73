/**
 * `tunewright/label`: agreement of raters over labels, however they were collected. Tasks, accounts and answers live in
 * the state of a programme: reach those by the command line or the REST API.
 */
export { AgreementReport } from "../domain/agreement.ts";
export { agreementReport } from "./agreement-report.ts";
export { drawDoubles } from "./draw-doubles.ts";
export { type LabelTable, labelTable, type RatedLabel } from "./label-table.ts";
