/**
 * `tunewright/ledger`: everything that anybody needs to verify the ledger: the hash of an entry, the Merkle tree over
 * all entries, and proofs of inclusion and consistency; also the parsing and classification of a FOCUS bill.
 */
export { accruedPico, type PricedStretch } from "./accrual.ts";
export { type BilledRun, CLASSES, type Classified, classify } from "./classify.ts";
export { entryBody, entryHash, GENESIS } from "./entry.ts";
export { type BillLine, type BrokenLine, FOCUS_NEEDS, FocusReader } from "./focus.ts";
export { consistencyProof, inclusionProof, isIncluded, merkleRoot } from "./merkle.ts";
