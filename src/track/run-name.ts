import { randomInt } from "node:crypto";

const ADJECTIVES = [
  "able",
  "brisk",
  "calm",
  "daring",
  "eager",
  "fond",
  "gentle",
  "honest",
  "keen",
  "lively",
  "merry",
  "nimble",
  "patient",
  "quiet",
  "rapid",
  "steady",
  "tidy",
  "vivid",
  "warm",
  "zesty",
];
const NOUNS = [
  "badger",
  "cedar",
  "comet",
  "dune",
  "falcon",
  "fern",
  "glacier",
  "heron",
  "island",
  "juniper",
  "lynx",
  "maple",
  "otter",
  "pebble",
  "quail",
  "raven",
  "spruce",
  "tern",
  "walrus",
  "willow",
];

/** A name for an unnamed run, such as `calm-heron-417`. */
export function randomRunName(): string {
  return `${ADJECTIVES[randomInt(ADJECTIVES.length)]}-${NOUNS[randomInt(NOUNS.length)]}-${randomInt(1000)}`;
}
