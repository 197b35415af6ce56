import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, accountEmail } from "../account.ts";
import { found, readBody } from "../errors.ts";
import type { AppAlert, AppRecord } from "./model.ts";
import { type AlertSpec, type AppSpec, componentsOf } from "./spec.ts";

const DestinationsBody = z.object({
  emails: z.array(z.string().regex(/^[^@\s]+@[^@\s]+$/, "must be an e-mail address")).optional(),
  slack_webhooks: z
    .array(z.object({ url: z.url("must be a URL"), channel: z.string().min(1, "is required") }))
    .optional(),
});

/** Every alert of a spec with the component that it watches, empty for the app itself. */
function alertSpecs(spec: AppSpec): { component: string; alert: AlertSpec }[] {
  const ofComponents = componentsOf(spec).flatMap((component) =>
    component.kind === "static_site"
      ? []
      : (component.spec.alerts ?? []).map((alert) => ({ component: component.spec.name, alert })),
  );
  return [...(spec.alerts ?? []).map((alert) => ({ component: "", alert })), ...ofComponents];
}

/** The alerts of a spec. One that was there keeps its id and the people who hear of it. */
export function alertsOf(spec: AppSpec, before: readonly AppAlert[]): AppAlert[] {
  const kept = [...before];
  return alertSpecs(spec).map(({ component, alert: { rule } }) => {
    const index = kept.findIndex((alert) => alert.component === component && alert.rule === rule);
    const [same] = index < 0 ? [] : kept.splice(index, 1);
    return same ?? { id: randomUUID(), component, rule, emails: [accountEmail], slackWebhooks: [] };
  });
}

function alertView(app: AppRecord, alert: AppAlert): Record<string, unknown> {
  const spec = alertSpecs(app.spec)[app.alerts.indexOf(alert)]?.alert;
  return {
    id: alert.id,
    ...(alert.component === "" ? {} : { component_name: alert.component }),
    spec: spec ?? { rule: alert.rule },
    emails: alert.emails,
    slack_webhooks: alert.slackWebhooks,
    phase: "ACTIVE",
    progress: { steps: [] },
  };
}

/** Serves the alerts of apps and who hears of them. Nothing on this machine watches them. */
export function alertRoutes(server: FastifyInstance, account: Account): void {
  server.get<{ Params: { id: string } }>("/v2/apps/:id/alerts", async (request) => {
    const app = found(account.apps.get(request.params.id));
    return { alerts: app.alerts.map((alert) => alertView(app, alert)) };
  });

  server.post<{ Params: { id: string; alert: string } }>(
    "/v2/apps/:id/alerts/:alert/destinations",
    async (request) => {
      const app = found(account.apps.get(request.params.id));
      const alert = found(app.alerts.find(({ id }) => id === request.params.alert));
      const asked = readBody(DestinationsBody, request.body);
      const changed: AppAlert = {
        ...alert,
        emails: asked.emails ?? [],
        slackWebhooks: asked.slack_webhooks ?? [],
      };
      const updated: AppRecord = {
        ...app,
        alerts: app.alerts.map((other) => (other.id === alert.id ? changed : other)),
      };
      account.apps.put(app.id, updated);
      return { alert: alertView(updated, changed) };
    },
  );
}
