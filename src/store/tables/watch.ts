import type { Generated } from "kysely";

/**
 * Tables of `watch/`: checks, alarms, and people's decisions about the alarms. Times are milliseconds since 1970, UTC.
 */
export interface WatchTables {
  watch_checks: {
    check_no: Generated<number>;
    programme: string;
    watch: string;
    definition: string;
    checked_ms: number;
    /** JSON of `WatchCheck`, without alarms and marks. */
    result: string;
  };
  watch_alarms: {
    programme: string;
    alarm_id: string;
    watch: string;
    raised_ms: number;
    /** JSON of `WatchAlarm`. */
    alarm: string;
  };
  watch_marks: {
    mark_no: Generated<number>;
    programme: string;
    alarm_id: string;
    kind: string;
    reason: string;
    until_day: string | null;
    marked_ms: number;
  };
}
