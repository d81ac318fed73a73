import type { BilledServices } from "../../../domain/vendor-chain.ts";
import type { Store } from "../../../store/open-store.ts";
import { ledgerHead } from "../keep-head.ts";

/** Services that current bills charge for, by name, with the head of the ledger at the time. */
export async function billedServices(store: Store): Promise<BilledServices> {
  const rows = await store.db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .select("service")
    .distinct()
    .where("state", "=", "posted")
    .where("service", "!=", "")
    .orderBy("service")
    .execute();
  return { services: rows.map(({ service }) => service), ledger: await ledgerHead(store) };
}
