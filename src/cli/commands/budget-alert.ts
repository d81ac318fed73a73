import * as z from "zod";

import { AlertTarget, AlertTargets } from "../../domain/money.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  ...AlertTarget.shape,
  kind: AlertTarget.shape.kind.default("webhook"),
  remove: z.boolean().default(false).describe("Remove it instead"),
});

/** `tunewright budget alert`: sets where budget alerts are sent. */
export default defineCommand({
  description:
    "Send budget alerts to a webhook, to Slack or by email: once each when the forecast of a budget reaches 50, 80 and 100 % of its cap, with the remaining amount and the largest spenders. The server checks every minute. Email needs TUNEWRIGHT_SMTP_URL, such as smtp://user:password@mail.example.org:587, and TUNEWRIGHT_MAIL_FROM in the server's environment.",
  args: ["address"],
  options: Options,
  output: AlertTargets,
  examples: [
    "budget alert finance@example.org --kind email",
    "budget alert https://hooks.example.org/services/T0/B0 --kind slack",
    "budget alert finance@example.org --kind email --remove",
  ],
  run: async (io, { remove, ...target }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { alertTargets, mailSetting, setAlertTarget } = await import("../../programme/money/budget-alerts.ts");
    const { alertText } = await import("../../programme/money/money-text.ts");
    const list = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: async (store) => {
          await setAlertTarget(store, target, { remove, nowMs: io.now().getTime() });
          return alertTargets(store, mailSetting(io.env));
        },
        path: "/alerts",
        body: { ...target, remove },
        output: AlertTargets,
        creates: true,
      },
    );
    return { json: list, text: () => alertText(list), next: "tunewright budget show" };
  },
});
