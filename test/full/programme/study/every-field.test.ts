import { expect, test } from "vitest";

import { hasEffect, LEAVES, programmeFolder, WITHOUT_EFFECT } from "../../../programme/study/field-effect.ts";

programmeFolder();

test.each(LEAVES.filter(({ path }) => !(path in WITHOUT_EFFECT)))("$path changes what the study says", async (leaf) =>
  expect(await hasEffect(leaf)).toBe(true),
);
