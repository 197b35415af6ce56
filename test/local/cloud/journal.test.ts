import { expect, test } from "@jest/globals";
import { Journal } from "../../../local/cloud/journal.ts";

const read = {
  time: "2026-11-21T08:00:00.000Z",
  api: "github",
  method: "GET",
  path: "/user",
  effect: "read",
  status: 200,
} as const;

test("the requests of a run are those that came after it began", () => {
  const journal = new Journal(":memory:");
  journal.begin("dev", "up");
  journal.record(read);
  const second = journal.begin("staging", "preview");
  journal.record({ ...read, path: "/orgs/tinkertools" });

  expect(journal.lastRun()).toEqual(second);
  expect(journal.requests(second.id)).toEqual([{ ...read, path: "/orgs/tinkertools" }]);
  expect(journal.lastRun("dev")?.command).toBe("up");
});

test("a request before any run is not kept", () => {
  const journal = new Journal(":memory:");
  journal.record(read);
  expect(journal.requests(1)).toEqual([]);
});

test("the fifty newest runs are remembered", () => {
  const journal = new Journal(":memory:");
  for (let run = 0; run < 53; run += 1) {
    journal.begin("dev", "up");
    journal.record(read);
  }
  expect([3, 4, 53].map((run) => journal.requests(run).length)).toEqual([0, 1, 1]);
});

test("a fault answers as often as it is set to, and only what it fits", () => {
  const journal = new Journal(":memory:");
  const fault = { api: "digitalocean", method: "POST", path: "^/v2/apps$", status: 429, times: 2 } as const;
  journal.setFault(fault);

  expect(journal.takeFault("digitalocean", "GET", "/v2/apps")).toBeUndefined();
  expect(journal.takeFault("github", "POST", "/v2/apps")).toBeUndefined();
  expect(journal.takeFault("digitalocean", "POST", "/v2/apps")).toEqual(fault);
  expect(journal.takeFault("digitalocean", "POST", "/v2/apps")?.status).toBe(429);
  expect(journal.takeFault("digitalocean", "POST", "/v2/apps")).toBeUndefined();
});

test("cleared faults answer nothing", () => {
  const journal = new Journal(":memory:");
  journal.setFault({ api: "aws", method: "PUT", path: ".", status: 503, times: 9 });
  journal.clearFaults();
  expect(journal.takeFault("aws", "PUT", "/bucket")).toBeUndefined();
});
