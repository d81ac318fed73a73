import { Failure } from "../../base/failure.ts";
import { LedgerProof, type ProofCheck } from "../../domain/ledger.ts";
import { entryHash } from "../../ledger/entry.ts";
import { ledgerLeaves } from "../../ledger/leaves.ts";
import { consistencyProof, inclusionProof, isConsistent, isIncluded, merkleRoot } from "../../ledger/merkle.ts";
import { readText } from "../../base/read-text.ts";
import type { Store } from "../../store/open-store.ts";

/** Statement to prove: an entry is in the ledger, or the ledger extends an earlier one. */
export type ProofQuestion = {
  seq?: number | undefined;
  /** Entries of the earlier tree. */
  fromSize?: number | undefined;
  /** Entries of the tree; default: all. */
  size?: number | undefined;
};

/** Proves that an entry is in the ledger, or that the ledger extends an earlier one. @throws Failure bad_input */
export async function proveLedger({ db }: Pick<Store, "db">, question: ProofQuestion): Promise<LedgerProof> {
  const { seq, fromSize } = question;
  if ((seq === undefined) === (fromSize === undefined)) {
    throw new Failure("bad_input", "a proof is either of one entry or from an earlier size", {
      hint: "tunewright ledger prove --seq NUMBER, or --from-size NUMBER",
    });
  }
  const leaves = await ledgerLeaves(db, question.size);
  const size = leaves.length;
  const subject = seq ?? fromSize!;
  if (size < (question.size ?? 0) || subject > size || subject < 1) {
    throw new Failure("bad_input", `the ledger has ${size} entries`, {
      hint: size === 0 ? "enter spend first: tunewright ledger add" : `give a number from 1 to ${size}`,
    });
  }
  const tree = { size, root: merkleRoot(leaves) };
  if (seq === undefined) {
    const earlier = { size: subject, root: merkleRoot(leaves.slice(0, subject)) };
    const none = { seq: null, body: null, previousHash: null };
    return { kind: "consistency", ...none, earlier, ...tree, path: consistencyProof(leaves, subject) };
  }
  const entry = await db
    .selectFrom("ledger_entries")
    .select(["body", "previous_hash"])
    .where("seq", "=", seq)
    .executeTakeFirstOrThrow();
  return {
    kind: "inclusion",
    seq,
    body: entry.body,
    previousHash: entry.previous_hash,
    earlier: null,
    ...tree,
    path: inclusionProof(leaves, seq - 1),
  };
}

/** Checks a proof without a ledger. @throws Failure not_found; bad_input if the file does not contain one */
export async function checkProof(path: string): Promise<ProofCheck> {
  const text = await readText(path);
  let proof: LedgerProof;
  try {
    proof = LedgerProof.strip().parse(JSON.parse(text));
  } catch (error) {
    throw new Failure("bad_input", `${path} is not the proof of a ledger`, {
      hint: "tunewright ledger prove --seq 12 --json > proof.json writes one",
      cause: error,
    });
  }
  return { ...proof, holds: doesHold(proof) };
}

function doesHold({ kind, seq, body, previousHash, earlier, size, root, path }: LedgerProof): boolean {
  if (kind === "consistency") return earlier !== null && isConsistent(path, earlier, { size, root });
  if (seq === null || body === null || previousHash === null) return false;
  return isIncluded(Buffer.from(entryHash(previousHash, body), "hex"), path, { index: seq - 1, size, root });
}
