import { test } from "vitest";

import { expectNothingLost } from "../../programme/evaluate/kill-rounds.ts";

test("killed with -9 again and again, eval run asks anew for at most the requests on their way, and loses nothing", () =>
  expectNothingLost(4));
