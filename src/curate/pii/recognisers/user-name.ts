import { patternRecogniser, type Recogniser } from "./recogniser.ts";

const EVERYWHERE = { entity: "USERNAME", locales: [], isDefault: true } as const;

/**
 * "@jane_doe42" after the name of a service or a word for following; not a decorator, a package or a documentation tag.
 */
const handleByPattern = patternRecogniser({
  ...EVERYWHERE,
  name: "handle",
  needs: "text",
  context: [
    "twitter",
    "instagram",
    "insta",
    "ig",
    "tiktok",
    "snapchat",
    "telegram",
    "mastodon",
    "bluesky",
    "threads",
    "discord",
    "reddit",
    "my handle",
    "handle is",
    "username is",
    "user name is",
    "follow me",
    "dm me",
    "message me",
    "tag me",
  ],
  patterns: [
    [/(?<=[\p{L}\p{N},:(] )@[A-Za-z_](?:[\w.]{1,29})(?<!\.)(?![\w/(@-])|(?<![\w/.])\/?u\/[\w-]{3,20}(?![\w/-])/u, 0.05],
  ],
  bestScore: 0.05,
  edges: "none",
  source: "no standard: a word after @, near the name of a service or a word of following",
});

const handle: Recogniser = {
  ...handleByPattern,
  find: (text, options) => (text.includes(" @") || text.includes("u/") ? handleByPattern.find(text, options) : []),
};

/** A word with a digit after "username:" or "my username is". */
const userName = patternRecogniser({
  ...EVERYWHERE,
  name: "user-name",
  needs: { digits: 1, reach: 40 },
  holds: ["username", "user", "screen", "handle", "benutzername", "usuario"],
  context: [],
  patterns: [
    [
      /(?<=(?<![\w.$-])(?:username|user name|user id|userid|screen name|handle|benutzername|nombre de usuario)["']?(?: is | |[:=] ?)["'`]?)@?(?=[A-Za-z_.-]{1,30}[0-9])[A-Za-z][\w.-]{3,30}(?<![.-])(?![\w([{<>=/\\@.])/,
      0.5,
    ],
  ],
  edges: "none",
  source: "no standard: the text after a label such as username or handle",
});

/** Names of accounts, by the surrounding words. */
export const USER_NAMES: readonly Recogniser[] = [handle, userName];
