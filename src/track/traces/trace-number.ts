import type { Db } from "../../store/database.ts";
import { TrackFailure } from "../track-failure.ts";

/** The key of a trace in the tables. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function traceNumber(db: Db, traceId: string): Promise<number> {
  const found = await db.selectFrom("traces").select("trace_no").where("trace_id", "=", traceId).executeTakeFirst();
  if (found !== undefined) return found.trace_no;
  throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Trace with ID '${traceId}' not found`);
}
