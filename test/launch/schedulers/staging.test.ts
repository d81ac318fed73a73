import { expect, test } from "vitest";

import { withPlaces } from "../../../src/launch/schedulers/staging.ts";

const PLACES = [
  ["/data/ada/tiny/.tunewright/jobs/4f21", "/srv/jobs/4f21"],
  ["/data/ada/tiny/model", "/srv/inputs/model-1"],
  ["/data/ada/tiny", "/srv/inputs/tiny-2"],
] as const;

test.each([
  ['"/data/ada/tiny/model"', '"/srv/inputs/model-1"'],
  ["--out=/data/ada/tiny/.tunewright/jobs/4f21/out", "--out=/srv/jobs/4f21/out"],
  ["a longer name stays: /data/ada/tiny-2/model", "a longer name stays: /data/ada/tiny-2/model"],
  ["so does one inside another: /mnt/data/ada/tiny", "so does one inside another: /mnt/data/ada/tiny"],
  ["the longest wins: /data/ada/tiny/model/x", "the longest wins: /srv/inputs/model-1/x"],
  ["[/data/ada/tiny, /data/ada/tiny/a]", "[/srv/inputs/tiny-2, /srv/inputs/tiny-2/a]"],
])("%s is sent as %s", (text, sent) => {
  expect(withPlaces(text, PLACES)).toBe(sent);
});
