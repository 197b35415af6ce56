import { checkSettings } from "../../components/internal/settings.ts";
import { WebAppSettings } from "../../components/web-app.settings.ts";

/** The parts of the smallest apps. */
export const image = { registry: "ghcr", repository: "acme/api", tag: "1" } as const;
export const api = { image };
export const site = { github: { branch: "main" } };
export const rule = { path: "/", component: "api" };
export const app = { services: { api }, ingress: [rule] };

/** The faults of an app as lines. */
export function lines(input: unknown): string[] {
  const checked = checkSettings(WebAppSettings, input, "app");
  return checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
}

/** An app whose one service has more settings. */
export const withService = (more: object) => ({ ...app, services: { api: { ...api, ...more } } });
