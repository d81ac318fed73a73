import type { Migration } from "./migration.ts";
import { runs } from "./migrations/0001-runs.ts";
import { models } from "./migrations/0002-models.ts";
import { rollups } from "./migrations/0003-rollups.ts";
import { traces } from "./migrations/0004-traces.ts";
import { views } from "./migrations/0005-views.ts";
import { assessments } from "./migrations/0006-assessments.ts";
import { storedPoints } from "./migrations/0007-stored-points.ts";
import { versionStatus } from "./migrations/0008-version-status.ts";
import { accounts } from "./migrations/0010-accounts.ts";
import { ledger } from "./migrations/0020-ledger.ts";
import { accruals } from "./migrations/0021-accruals.ts";
import { bills } from "./migrations/0022-bills.ts";
import { calls } from "./migrations/0023-calls.ts";
import { billParts } from "./migrations/0024-bill-parts.ts";
import { suspense } from "./migrations/0025-suspense.ts";
import { quickLines } from "./migrations/0026-quick-lines.ts";
import { enteredHours } from "./migrations/0027-entered-hours.ts";
import { billRowKeys } from "./migrations/0028-bill-row-keys.ts";
import { billImports } from "./migrations/0029-bill-imports.ts";
import { launch } from "./migrations/0030-launch.ts";
import { sweeps } from "./migrations/0031-sweeps.ts";
import { guard } from "./migrations/0032-guard.ts";
import { spot } from "./migrations/0033-spot.ts";
import { hosted } from "./migrations/0034-hosted.ts";
import { sweepApproval } from "./migrations/0035-sweep-approval.ts";
import { label } from "./migrations/0040-label.ts";
import { watch } from "./migrations/0050-watch.ts";
import { entryKeys } from "./migrations/0070-entry-keys.ts";

/** All migrations, by number. A new migration is one file in `migrations/` and one row here. */
export const MIGRATIONS: readonly Migration[] = [
  runs,
  models,
  rollups,
  traces,
  views,
  assessments,
  storedPoints,
  versionStatus,
  accounts,
  ledger,
  accruals,
  bills,
  calls,
  billParts,
  suspense,
  quickLines,
  enteredHours,
  billRowKeys,
  billImports,
  launch,
  sweeps,
  guard,
  spot,
  hosted,
  sweepApproval,
  label,
  watch,
  entryKeys,
];
