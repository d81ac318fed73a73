import type { Migration } from "../migration.ts";

/** Checks of monitors, their alarms, and people's decisions about the alarms. */
export const watch: Migration = {
  name: "0050-watch",
  statements: ({ id, int64, text, strict, clustered }) => [
    `create table watch_checks (
      check_no ${id}, programme ${text} not null, watch ${text} not null, definition ${text} not null,
      checked_ms ${int64} not null, result ${text} not null
    ) ${strict}`,
    `create index watch_checks_by_watch on watch_checks (programme, watch, check_no)`,
    `create table watch_alarms (
      programme ${text} not null, alarm_id ${text} not null, watch ${text} not null,
      raised_ms ${int64} not null, alarm ${text} not null,
      primary key (programme, alarm_id)
    ) ${clustered}`,
    `create table watch_marks (
      mark_no ${id}, programme ${text} not null, alarm_id ${text} not null, kind ${text} not null,
      reason ${text} not null, until_day ${text}, marked_ms ${int64} not null
    ) ${strict}`,
  ],
};
