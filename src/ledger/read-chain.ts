import type { LedgerFinding, LedgerHead } from "../domain/ledger.ts";
import type { Row } from "../store/database.ts";
import { GENESIS } from "./entry.ts";
import { MerkleTree } from "./merkle.ts";
import type { StoredEntry } from "./stored-entries.ts";

/** The chain of entries while it is read: numbers without gaps, links, and the tree, compared with closed months. */
export class ReadChain {
  readonly #tree = new MerkleTree();
  readonly #periods: readonly Row<"ledger_periods">[];
  readonly #wantedSize: number | undefined;
  #previousHash = GENESIS;
  #expected = 1;
  /** Root of the size of a stored head; undefined if the ledger has not reached it. */
  wantedRoot: string | undefined;

  /**
   * @param periods     closed months with their size and root
   * @param wantedSize  size of a stored head; undefined for none
   */
  constructor(periods: readonly Row<"ledger_periods">[], wantedSize: number | undefined) {
    this.#periods = periods;
    this.#wantedSize = wantedSize;
  }

  /** Adds the next entry. */
  add({ seq: number, hash, previous_hash }: StoredEntry): LedgerFinding[] {
    const seq = Number(number);
    const findings: LedgerFinding[] = [];
    if (seq > this.#expected) {
      findings.push({ seq: this.#expected, kind: "missing", text: gapText(this.#expected, seq) });
    } else if (previous_hash !== this.#previousHash) {
      const text = `entry ${seq} does not follow entry ${seq - 1}: it links to another entry`;
      findings.push({ seq, kind: "swapped", text });
    }
    this.#expected = seq + 1;
    this.#previousHash = hash ?? "";
    this.#tree.add(this.#previousHash);
    const { size } = this.#tree;
    if (size === this.#wantedSize) this.wantedRoot = this.#tree.root();
    for (const period of this.#periods)
      if (period.size === size && (this.#tree.root() !== period.root || hash !== period.hash))
        findings.push(periodFinding(period));
    return findings;
  }

  /** Closed months with more entries than there are. */
  unreachedPeriods(): LedgerFinding[] {
    return this.#periods.filter(({ size }) => size > this.#tree.size).map(periodFinding);
  }

  /** Size, last hash and root of what was added. */
  head(): LedgerHead {
    return { size: this.#tree.size, hash: this.#previousHash, root: this.#tree.root() };
  }
}

function periodFinding({ period, size }: Row<"ledger_periods">): LedgerFinding {
  const text = `the first ${size} entries differ from those with which ${period} was closed`;
  return { seq: null, kind: "period", text };
}

function gapText(from: number, to: number): string {
  return to === from + 1 ? `entry ${from} is missing` : `entries ${from} to ${to - 1} are missing`;
}
