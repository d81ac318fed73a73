import { describe, expect, test } from "vitest";

import { redactedFields } from "./redacted-code.ts";

async function redacted(text: string): Promise<string> {
  return (await redactedFields({ text }))["text"] as string;
}

/** Countries and towns that are first names too. The reason is what a reader goes by. */
describe("a country or a town in a list or with what countries do is not a person", () => {
  test.each([
    ["Kenya and India signed it.", "both are seldom people, and states sign"],
    ["Kenya and France agreed on trade with Uganda.", "another country in the sentence"],
    ["France, Jordan and Chad joined the treaty.", "France is seldom a person; a treaty is joined by states"],
    ["Jordan, Lebanon and Syria took refugees.", "nobody is called Lebanon"],
    ["Chad, Niger, and Mali left the union.", "nobody is called Niger; a comma before the and"],
    ["South Africa, Chad and Jordan voted.", "a country of two words in the list"],
    ["Japan and Jordan signed the treaty.", "nobody is called Japan"],
    ["Georgia declared independence in 1991.", "people do not declare independence"],
    ["Israel and Jordan share a border.", "people do not share borders"],
    ["India has 1.4 billion people.", "a sentence about inhabitants"],
    ["Chad's economy depends on oil.", "people have no economy"],
    ["Jordan signed the accord with Egypt.", "an accord is signed by states"],
    ["Georgia, Armenia and Azerbaijan are neighbours.", "nobody is called Azerbaijan"],
  ])("%j stays: %s", async (text) => {
    expect(await redacted(text)).toBe(text);
  });

  test.each([
    ["Chad and Jordan signed it.", "two frequent first names; anybody signs"],
    ["Jordan and Georgia went to the store.", "two frequent first names"],
    ["Chad, Mary and Jordan signed the lease.", "Mary is no country"],
    ["Chad declared that he was ill.", "people declare that"],
    ["Georgia shares a flat with Chad.", "people share flats"],
    ["Jordan signed the form at the front desk.", "a form is signed by people"],
    ["Florence and Austin got married.", "two first names that are towns too"],
    ["Paris and Sydney came to my party.", "two first names that are towns too"],
    ["My daughter India has a cough.", "a relation stands before it"],
    ["Kenya said she would come.", "people say"],
    ["Jordan Smith and Chad Brown signed the treaty.", "family names follow"],
  ])("no name of %j stays: %s", async (text) => {
    for (const name of text.match(/\b(?:Chad|Jordan|Georgia|Mary|Florence|Austin|Paris|Sydney|India|Kenya)\b/g)!)
      expect(await redacted(text)).not.toContain(name);
  });
});
