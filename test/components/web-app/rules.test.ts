import { expect, test } from "@jest/globals";
import { WebAppSettings } from "../../../components/web-app.settings.ts";
import { faultLines } from "../../support/settings.ts";

const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const github = { repository: "acme/shop", branch: "main" };
const lines = (app: object) => faultLines(WebAppSettings, app);

test.each([
  ["isCached", false],
  ["hidesEmails", false],
  ["hasThreatControl", true],
])("what the edge does with %s needs a domain", (name, changed) => {
  const app = { services: { api: { image, port: 8080 } }, edge: { [name]: changed } };
  const domains = [{ name: "shop.example", type: "primary" }];
  expect(lines(app)).toEqual([`edge.${name}: must be left out while the app has no domain of its own`]);
  expect(lines({ ...app, domains })).toEqual([]);
  expect(lines({ ...app, edge: { [name]: !changed } })).toEqual([]);
});

test.each(["buildCommand", "runCommand"])("a %s holds no secret", (setting) => {
  const withCommand = (command: string) =>
    lines({ services: { api: { github, port: 8080, [setting]: command } } });
  expect(withCommand("serve --db-password hunter22")).toEqual([
    `services.api.${setting}: must not hold db-password in plain text: write environment.DB_PASSWORD as { secret: dbPassword } and use $DB_PASSWORD here`,
  ]);
  expect(withCommand("serve --db-password $DB_PASSWORD")).toEqual([]);
});
