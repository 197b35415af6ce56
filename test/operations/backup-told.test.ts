import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { issueOfWatch, slackText, tellSlack } from "../../operations/backup/told.ts";
import { type Watch, watchBackups } from "../../operations/backup/watch.ts";

const now = new Date("2026-11-21T12:00:00Z");
const watched = (names: string[], saved: [string, string][]): Watch =>
  watchBackups({
    stack: "production",
    databases: [],
    backups: [],
    drilledAt: () => undefined,
    now,
    maxAgeHours: 26,
    configuration: {
      names,
      saved: saved.map(([database, startedAt]) => ({ database, startedAt })),
      maxAgeDays: 8,
    },
  });

test("configuration that is too old or was never saved is late, by its newest", () => {
  const watch = watched(
    ["stack-production", "app-production", "zone-production"],
    [
      ["stack-production", "2026-11-01T00:00:00Z"],
      ["stack-production", "2026-11-13T12:00:00Z"],
      ["app-production", "2026-11-13T11:00:00Z"],
      ["zone-staging", "2026-11-21T00:00:00Z"],
    ],
  );
  expect(watch.configuration).toEqual([
    { name: "stack-production", newest: "2026-11-13T12:00:00Z", ageDays: 8, isLate: false },
    { name: "app-production", newest: "2026-11-13T11:00:00Z", ageDays: 8, isLate: true },
    { name: "zone-production", newest: null, ageDays: null, isLate: true },
  ]);
  expect(watch.late).toEqual([
    "app-production was saved 8 days ago, it may be 8: 2026-11-13T11:00:00Z",
    "zone-production was never saved: `slipway backup save-config` does",
  ]);
});

test("the issue is open while something is late, with nothing in it that GitHub would read as its own", () => {
  const watch = { ...watched(["zone-@octocat<b>"], []), stack: "production" };
  expect(issueOfWatch(watch)).toEqual({
    marker: "<!-- slipway backups production -->",
    title: "Backups of production are late",
    body: [
      "<!-- slipway backups production -->",
      "What is kept of **production** outside its platform is older than it may be. This text is edited in place; the issue is closed when nothing is late any more. What to do: `docs/runbooks/backup-late.md`.",
      "",
      "- zone-@\u200boctocat&lt;b&gt; was never saved: \\`slipway backup save-config\\` does",
      "",
    ].join("\n"),
    state: "open",
  });
  expect(issueOfWatch(watched([], [])).state).toBe("closed");
  expect(slackText(watch)).toBe(
    "Backups of production are late:\n• zone-@octocat&lt;b&gt; was never saved: `slipway backup save-config` does",
  );
});

let server: Server;
let got: unknown[] = [];
let status = 200;
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    request.on("end", () => {
      got.push(JSON.parse(text));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server.close());

test("Slack is told, and where it is not, nobody thinks that it was", async () => {
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0`;
  got = [];
  await tellSlack(webhook, "late");
  expect(got).toEqual([{ text: "late" }]);
  status = 404;
  await expect(tellSlack(webhook, "late")).rejects.toThrow("Slack was not told: its webhook answered 404");
  await expect(tellSlack("http://127.0.0.1:1/", "late")).rejects.toThrow(
    "Slack was not told: its webhook does not answer",
  );
  await expect(tellSlack("http://hooks.example/x", "late")).rejects.toThrow(
    "SLACK_WEBHOOK_URL must be the https address of an incoming webhook",
  );
});
