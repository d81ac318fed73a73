import { Failure } from "../../base/failure.ts";
import type { SavedView, SavedViews, ViewRequest } from "../../domain/run-table.ts";
import type { Store } from "../../store/open-store.ts";
import { isoTime } from "./run-summary.ts";

/** Saved views of the list of runs, by name. */
export async function savedViews({ db }: Pick<Store, "db">): Promise<SavedViews> {
  const rows = await db.selectFrom("views").selectAll().orderBy("name").execute();
  return { views: rows.map(({ name, query, saved_ms }) => ({ name, query, savedAt: isoTime(saved_ms) })) };
}

/** Saves a view, replacing one with the same name. */
export async function saveView(store: Store, { name, query }: ViewRequest, nowMs: number): Promise<SavedView> {
  await store.write((db) =>
    db
      .insertInto("views")
      .values({ name, query, saved_ms: nowMs })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ query, saved_ms: nowMs }))
      .execute(),
  );
  return { name, query, savedAt: isoTime(nowMs) };
}

/**
 * Deletes a view and returns it.
 *
 * @throws Failure not_found
 */
export async function deleteView(store: Store, name: string): Promise<SavedView> {
  const { views } = await savedViews(store);
  const view = views.find((saved) => saved.name === name);
  if (view === undefined) throw new Failure("not_found", `no view is named ${name}`, { hint: "reload the page" });
  await store.write((db) => db.deleteFrom("views").where("name", "=", name).execute());
  return view;
}
