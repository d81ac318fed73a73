import type { Migration } from "../migration.ts";

/** Lowest and highest points of stretches of a long series, so that its chart does not read the whole series. */
export const rollups: Migration = {
  name: "0003-rollups",
  statements: ({ int64, real, clustered }) => [
    // points written, including repeats; width of a stretch as a power of two, null while the series is short
    `alter table series add column written ${int64} not null default 0`,
    `alter table series add column rollup_shift ${int64}`,
    `create table rollups (
      series_no ${int64} not null, stretch ${int64} not null,
      low_step ${int64} not null, low_timestamp ${int64} not null, low_value ${real} not null,
      high_step ${int64} not null, high_timestamp ${int64} not null, high_value ${real} not null,
      primary key (series_no, stretch)
    ) ${clustered}`,
    // few points are not finite, so a chart shows all of them
    `create index points_not_finite on points (series_no, timestamp, step)
      where is_nan = 1 or value > 1.7976931348623157e308 or value < -1.7976931348623157e308`,
  ],
};
