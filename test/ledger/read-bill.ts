import { type Bill, type BillSummary, openBill } from "../../src/programme/money/bills/bill-file.ts";

/** Opens a bill and reads it once; its totals and findings. */
export async function readBill(...args: Parameters<typeof openBill>): Promise<Bill & BillSummary> {
  const bill = await openBill(...args);
  const { lines, summary } = bill.read();
  for await (const _ of lines);
  return { ...bill, ...summary() };
}
