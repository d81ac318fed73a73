import { SynthesisSpend, type SynthesisSpent } from "../../domain/synthesis-spend.ts";
import type { Store } from "../../store/open-store.ts";
import { postPaid } from "../money/post-paid.ts";

/** Posts the cost of a synthesis to the ledger as data cost: the part that was not posted yet. */
export async function recordSpend(store: Store, spend: SynthesisSpend, now: Date): Promise<SynthesisSpent> {
  const { name, model, totalUsd } = SynthesisSpend.parse(spend);
  const memo = `synthetic rows ${name}, answers of ${model}`;
  const terms = { purpose: `synthesis/${name}`, activity: "data", memo, totalUsd, key: `synthesis:${name}` } as const;
  return postPaid(store, terms, now);
}
