import { invalid } from "../../track/track-failure.ts";
import { optional } from "./fields.ts";

/** Fields of a search of registered models or of their versions. */
export const SEARCH_FIELDS = {
  filter: optional("text"),
  max_results: optional("int"),
  order_by: optional("texts"),
  page_token: optional("text"),
};

type SearchBody = {
  filter?: string | undefined;
  max_results?: number | bigint | undefined;
  order_by?: readonly string[] | undefined;
  page_token?: string | undefined;
};

/**
 * Search request.
 *
 * @param page  results of a page: default and maximum
 * @throws Failure with MLflow's code if the requested page size is zero or too large
 */
export function registrySearch(
  { filter = "", max_results, order_by = [], page_token }: SearchBody,
  page: { usual: number; most: number },
): { filter: string; maxResults: number; orderBy: readonly string[]; pageToken: string | undefined } {
  const maxResults = Number(max_results ?? page.usual);
  if (maxResults < 1 || maxResults > page.most) {
    throw invalid(
      `Invalid value for request parameter max_results. It must be at most ${page.most}, but got value ${maxResults}`,
    );
  }
  return { filter, maxResults, orderBy: order_by, pageToken: page_token };
}
