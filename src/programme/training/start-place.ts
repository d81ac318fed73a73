import type { Context } from "../../base/context.ts";
import { folderPricing } from "../money/folder-pricing.ts";
import { stateFolder } from "../state/state-folder.ts";
import { programmeName } from "../state/with-state.ts";
import type { StartPlace } from "./start-training.ts";

/** Context of a run that is started by a command in the folder of its programme. */
export async function startPlace({ cwd, env, now }: Pick<Context, "cwd" | "env" | "now">): Promise<StartPlace> {
  const programme = programmeName(cwd);
  const pricing = await folderPricing({ cwd, now }, [programme]);
  return { programmeDir: cwd, programme, dataDir: stateFolder(cwd, "."), env, pricing, now };
}
